import { DomainError } from '../../../platform/errors.js';
import { KeyedQueue } from '../../../platform/keyed-queue.js';
import { EventOutlet } from '../event-outlet.js';
import { type CallRecorder, type RecordingEvent } from '../recording.port.js';
import { AmiFailure } from './ami-connection.js';
import { type AsteriskLog } from './ami-link.js';
import { type Ami } from './asterisk-directory.js';
import { type TrackedCall } from './tracked-call.js';

export interface RecorderDeps {
  readonly ami: Ami;
  readonly findCall: (callId: string) => Promise<TrackedCall | null>;
  /** Runs work that needs the exchange, and tells its failures in our words. */
  readonly ask: <T>(work: () => Promise<T>) => Promise<T>;
  readonly now: () => number;
  readonly log: AsteriskLog;
}

interface Recording {
  readonly file: string;
  /** Asterisk's id of it: a channel may have other recordings, which are not ours. */
  readonly mixMonitor: string;
  isPaused: boolean;
}

/** On the channel of a recorded call, so that a restarted application can go on: file|id|paused. */
const VARIABLE = 'CITRUS_RECORDING';
/** What Asterisk puts into its folder of recordings, and we into addresses: no path, no hidden file. */
const SAFE = /[^A-Za-z0-9.-]/g;

/**
 * Records calls by MixMonitor on the customer's channel, which lives as long as the call, whichever agents it goes
 * through: both voices in one file of 8 kHz, in `monitor/` of Asterisk's spool folder. Muted while paused, which writes silence.
 */
export class Recorder implements CallRecorder {
  readonly #deps: RecorderDeps;
  readonly #events: EventOutlet<RecordingEvent>;
  readonly #recordings = new Map<string, Recording>();
  /** One command of a call after another: starting twice at once must not make two files. */
  readonly #turns = new KeyedQueue<string>();

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
    this.#events = new EventOutlet(deps.log);
  }

  start(callId: string): Promise<void> {
    return this.#inTurn(callId, async (call) => {
      if (call === null) throw new DomainError('not-found', 'exchange:unknown-call');
      if ((await this.#find(call)) !== null) return;
      const file = `${callId.replace(SAFE, '_')}-${String(this.#deps.now())}.wav`;
      const answer = await this.#deps.ami.act({ Action: 'MixMonitor', Channel: call.channel, File: file });
      const recording = { file, mixMonitor: answer.get('MixMonitorID'), isPaused: false };
      this.#recordings.set(callId, recording);
      await this.#note(call, recording);
      this.#tell('recording-started', callId, file);
    });
  }

  stop(callId: string): Promise<void> {
    return this.#inTurn(callId, async (call) => {
      const recording = call === null ? null : await this.#find(call);
      if (call === null || recording === null) return;
      await this.#deps.ami.act({
        Action: 'StopMixMonitor',
        Channel: call.channel,
        ...(recording.mixMonitor === '' ? {} : { MixMonitorID: recording.mixMonitor }),
      });
      await this.#note(call, null);
      this.#over(callId);
    });
  }

  pause(callId: string): Promise<void> {
    return this.#mute(callId, true);
  }

  resume(callId: string): Promise<void> {
    return this.#mute(callId, false);
  }

  onEvent(listener: (event: RecordingEvent) => void): () => void {
    return this.#events.listen(listener);
  }

  /** The channel it was recorded on is gone, whoever had the call in the end. */
  callEnded(callId: string): void {
    this.#over(callId);
  }

  #mute(callId: string, isPaused: boolean): Promise<void> {
    return this.#inTurn(callId, async (call) => {
      const recording = call === null ? null : await this.#find(call);
      if (call === null || recording === null) throw new DomainError('conflict', 'exchange:not-recording');
      if (recording.isPaused === isPaused) return;
      await this.#deps.ami.act({
        Action: 'MixMonitorMute',
        Channel: call.channel,
        Direction: 'both',
        State: isPaused ? '1' : '0',
      });
      recording.isPaused = isPaused;
      await this.#note(call, recording);
      this.#tell(isPaused ? 'recording-paused' : 'recording-resumed', callId, recording.file);
    });
  }

  /** As known here, else as it stands on the channel: this process may be younger than the recording. */
  async #find(call: TrackedCall): Promise<Recording | null> {
    const known = this.#recordings.get(call.callId);
    if (known !== undefined) return known;
    const answer = await this.#deps.ami.act({ Action: 'Getvar', Channel: call.channel, Variable: VARIABLE });
    const [file = '', mixMonitor = '', paused = ''] = answer.get('Value').split('|');
    if (file === '') return null;
    const recording = { file, mixMonitor, isPaused: paused === '1' };
    this.#recordings.set(call.callId, recording);
    return recording;
  }

  async #note(call: TrackedCall, recording: Recording | null): Promise<void> {
    const value =
      recording === null ? '' : [recording.file, recording.mixMonitor, recording.isPaused ? '1' : '0'].join('|');
    const set = this.#deps.ami.act({ Action: 'Setvar', Channel: call.channel, Variable: VARIABLE, Value: value });
    await set.catch((error: unknown) => {
      // The call may end between the two: then there is nothing to remember.
      if (!(error instanceof AmiFailure && error.kind === 'refused')) throw error;
    });
  }

  #over(callId: string): void {
    const recording = this.#recordings.get(callId);
    if (recording === undefined) return;
    this.#recordings.delete(callId);
    this.#tell('recording-stopped', callId, recording.file);
  }

  #tell(type: RecordingEvent['type'], callId: string, file: string): void {
    this.#events.emit({ type, at: this.#deps.now(), callId, file });
  }

  #inTurn(callId: string, work: (call: TrackedCall | null) => Promise<void>): Promise<void> {
    const { ask, findCall } = this.#deps;
    return this.#turns.run(callId, () => ask(async () => work(await findCall(callId))));
  }
}
