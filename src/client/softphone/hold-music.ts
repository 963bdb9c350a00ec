import { type StopSound } from './tones.js';

/** Four soft chords of a slow progression; hertz. */
const CHORDS: readonly (readonly number[])[] = [
  [261.63, 329.63, 392.0, 493.88],
  [220.0, 261.63, 329.63, 392.0],
  [174.61, 261.63, 329.63, 440.0],
  [196.0, 246.94, 293.66, 440.0],
];
/** Seconds a note of a chord sounds before the next begins. */
const STEP = 0.42;
const NOTES_A_CHORD = 8;
/** How far ahead notes are laid, so that a page in the background, whose timers are slow, does not stutter. */
const AHEAD_SECONDS = 6;

/** Plays gentle broken chords into `output` until stopped. Composed here, so that nobody's licence is needed. */
export function playMusic(context: AudioContext, output: AudioNode, volume = 0.16): StopSound {
  const master = context.createGain();
  const soften = context.createBiquadFilter();
  soften.type = 'lowpass';
  soften.frequency.value = 1800;
  master.gain.value = volume;
  master.connect(soften).connect(output);
  let index = 0;
  let nextAt = context.currentTime + 0.05;
  const fill = (): void => {
    // After a long sleep of the page the past is left out instead of being played all at once.
    nextAt = Math.max(nextAt, context.currentTime);
    while (nextAt < context.currentTime + AHEAD_SECONDS) {
      playNote(context, master, noteAt(index), nextAt);
      index += 1;
      nextAt += STEP;
    }
  };
  fill();
  const timer = setInterval(fill, 2000);
  return () => {
    clearInterval(timer);
    master.disconnect();
    soften.disconnect();
  };
}

/** Up the chord and down again. */
function noteAt(index: number): number {
  const chord = CHORDS[Math.floor(index / NOTES_A_CHORD) % CHORDS.length] ?? [];
  const step = index % NOTES_A_CHORD;
  return chord[step < chord.length ? step : NOTES_A_CHORD - 1 - step] ?? 261.63;
}

function playNote(context: AudioContext, output: AudioNode, frequency: number, at: number): void {
  const oscillator = context.createOscillator();
  const envelope = context.createGain();
  oscillator.type = 'triangle';
  oscillator.frequency.value = frequency;
  envelope.gain.setValueAtTime(0, at);
  envelope.gain.linearRampToValueAtTime(1, at + 0.06);
  envelope.gain.exponentialRampToValueAtTime(0.001, at + STEP * 3);
  oscillator.connect(envelope).connect(output);
  oscillator.start(at);
  oscillator.stop(at + STEP * 3);
}

/** Music as a track that can be sent in place of the microphone. */
export interface MusicTrack {
  readonly track: MediaStreamTrack;
  readonly stop: StopSound;
}

export function createMusicTrack(context: AudioContext): MusicTrack {
  const destination = context.createMediaStreamDestination();
  const stopMusic = playMusic(context, destination, 0.5);
  const [track] = destination.stream.getAudioTracks();
  if (track === undefined) throw new Error('a stream destination without a track');
  return {
    track,
    stop: () => {
      stopMusic();
      track.stop();
    },
  };
}
