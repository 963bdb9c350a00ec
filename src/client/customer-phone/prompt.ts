import { type StopSound } from '../softphone/tones.js';

/** The part of an audio element that is used here. */
export type PromptAudio = Pick<HTMLAudioElement, 'play' | 'pause' | 'addEventListener'>;

/** Plays a recording once, then what the phone plays by itself; at once when the recording cannot be had. */
export function playPrompt(audio: PromptAudio, playAfter: () => StopSound): StopSound {
  let stopped = false;
  let stopAfter: StopSound | null = null;
  const goOn = (): void => {
    if (!stopped) stopAfter ??= playAfter();
  };
  audio.addEventListener('ended', goOn);
  audio.addEventListener('error', goOn);
  audio.play().catch(goOn);
  return () => {
    stopped = true;
    audio.pause();
    stopAfter?.();
  };
}
