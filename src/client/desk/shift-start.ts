import { MicrophoneError } from '../softphone/microphone.js';

export const SHIFT_STEPS = ['sound', 'microphone', 'ringer', 'claim', 'register', 'shift'] as const;
export type ShiftStep = (typeof SHIFT_STEPS)[number];
export type ShiftStepState = 'waiting' | 'running' | 'done' | 'failed';

export interface ShiftProgress {
  readonly steps: Readonly<Record<ShiftStep, ShiftStepState>>;
  /** The step that failed, with what to do about it in words. */
  readonly failure: { readonly step: ShiftStep; readonly remedy: string } | null;
  readonly isRunning: boolean;
}

export interface ShiftStartDeps {
  /** Each rejects when it did not succeed. In the order of `SHIFT_STEPS`. */
  readonly steps: Readonly<Record<ShiftStep, () => Promise<void>>>;
  readonly remedy: (step: ShiftStep, error: unknown) => string;
  readonly onChanged: (progress: ShiftProgress) => void;
}

const ALL_WAITING: ShiftProgress['steps'] = {
  sound: 'waiting',
  microphone: 'waiting',
  ringer: 'waiting',
  claim: 'waiting',
  register: 'waiting',
  shift: 'waiting',
};

/**
 * The start of a shift, one step after another, stopping at the first that fails. Nobody becomes available without sound,
 * microphone and a registered phone.
 */
export class ShiftStart {
  readonly #deps: ShiftStartDeps;
  #progress: ShiftProgress = { steps: ALL_WAITING, failure: null, isRunning: false };

  constructor(deps: ShiftStartDeps) {
    this.#deps = deps;
  }

  get progress(): ShiftProgress {
    return this.#progress;
  }

  /** Resolves with whether the shift has begun. */
  async run(): Promise<boolean> {
    if (this.#progress.isRunning) return false;
    this.#tell({ steps: ALL_WAITING, failure: null, isRunning: true });
    for (const step of SHIFT_STEPS) {
      this.#mark(step, 'running');
      try {
        await this.#deps.steps[step]();
        this.#mark(step, 'done');
      } catch (error) {
        this.#mark(step, 'failed');
        this.#tell({ ...this.#progress, failure: { step, remedy: this.#deps.remedy(step, error) }, isRunning: false });
        return false;
      }
    }
    this.#tell({ ...this.#progress, isRunning: false });
    return true;
  }

  #mark(step: ShiftStep, state: ShiftStepState): void {
    this.#tell({ ...this.#progress, steps: { ...this.#progress.steps, [step]: state } });
  }

  #tell(progress: ShiftProgress): void {
    this.#progress = progress;
    this.#deps.onChanged(progress);
  }
}

/** What was wrong with the microphone, where that was it. */
export function microphoneProblemOf(error: unknown): MicrophoneError['problem'] {
  return error instanceof MicrophoneError ? error.problem : 'failed';
}
