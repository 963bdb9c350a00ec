import { LevelSummary } from './levels.js';
import { MicrophoneListener } from './microphone-listener.js';
import { ElementSink } from './sound-output.js';

const RECORD_MS = 3000;
const LOOK_MS = 60;
const ROUND_TRIPS = 3;

export interface EchoResult {
  readonly level: LevelSummary['level'];
  readonly peakDb: number | null;
  /** To the server and back; null where it did not answer. */
  readonly roundTripMs: number | null;
  /** Whether the browser played the recording. */
  readonly isPlayed: boolean;
}

export interface EchoTestDeps {
  readonly context: AudioContext;
  readonly track: MediaStreamTrack;
  /** The device the recording is played on; '' for the default. */
  readonly speakerId: string;
  readonly onStage: (
    stage: { readonly name: 'recording'; readonly seconds: number } | { readonly name: 'playing' },
  ) => void;
}

/** Records what the microphone gives for three seconds, plays it on the headset, and says what was heard. */
export async function runEchoTest(deps: EchoTestDeps): Promise<EchoResult> {
  const roundTrip = measureRoundTrip();
  const listener = new MicrophoneListener(deps.context, deps.track);
  try {
    const { summary, recording } = await record(listener, deps.onStage);
    deps.onStage({ name: 'playing' });
    const isPlayed = await play(recording, deps.speakerId);
    return { level: summary.level, peakDb: summary.peakDb, roundTripMs: await roundTrip, isPlayed };
  } finally {
    listener.stop();
  }
}

async function record(
  listener: MicrophoneListener,
  onStage: EchoTestDeps['onStage'],
): Promise<{ readonly summary: LevelSummary; readonly recording: Blob }> {
  const summary = new LevelSummary();
  const recorder = new MediaRecorder(new MediaStream([listener.track]));
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => {
    parts.push(data);
  });
  const stopped = new Promise((resolve, reject) => {
    recorder.addEventListener('stop', resolve, { once: true });
    recorder.addEventListener('error', () => {
      reject(new Error('the recording failed'));
    });
  });
  recorder.start();
  const startedAt = performance.now();
  const timer = setInterval(() => {
    summary.add(listener.read());
    onStage({ name: 'recording', seconds: Math.ceil((RECORD_MS - (performance.now() - startedAt)) / 1000) });
  }, LOOK_MS);
  onStage({ name: 'recording', seconds: RECORD_MS / 1000 });
  setTimeout(() => {
    if (recorder.state !== 'inactive') recorder.stop();
  }, RECORD_MS);
  try {
    await stopped;
  } finally {
    clearInterval(timer);
  }
  return { summary, recording: new Blob(parts, { type: recorder.mimeType }) };
}

async function play(recording: Blob, speakerId: string): Promise<boolean> {
  const url = URL.createObjectURL(recording);
  const element = new Audio(url);
  try {
    await new ElementSink(element).setDevice(speakerId);
    const over = new Promise((resolve, reject) => {
      element.addEventListener('ended', resolve, { once: true });
      element.addEventListener('error', reject, { once: true });
      // A recording has no length in its head, and a device that stalls never comes to the end.
      setTimeout(resolve, 2 * RECORD_MS);
    });
    await element.play();
    await over;
    return true;
  } catch {
    return false;
  } finally {
    element.pause();
    URL.revokeObjectURL(url);
  }
}

/** The shortest of a few: the others met something else on the way. */
async function measureRoundTrip(): Promise<number | null> {
  let shortest: number | null = null;
  for (let n = 0; n < ROUND_TRIPS; n += 1) {
    const startedAt = performance.now();
    try {
      await fetch('/icon.svg', { method: 'HEAD', cache: 'no-store' });
    } catch {
      continue;
    }
    const took = performance.now() - startedAt;
    if (shortest === null || took < shortest) shortest = took;
  }
  return shortest === null ? null : Math.min(10_000, shortest);
}
