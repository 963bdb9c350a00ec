/** Runs `work` once after `delayMs`; returns its own undo, which is harmless when it has already run. */
export type Schedule = (work: () => void, delayMs: number) => () => void;

/** The longest delay `setTimeout` takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** By the machine's clock. A timer that waits does not keep the process alive. */
export const systemSchedule: Schedule = (work, delayMs) => {
  const timer = setTimeout(work, Math.min(Math.max(0, delayMs), MAX_DELAY_MS));
  timer.unref();
  return () => {
    clearTimeout(timer);
  };
};
