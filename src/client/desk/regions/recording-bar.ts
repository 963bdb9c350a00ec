import { formatDuration } from '../../../shared/format.js';
import { type RecordingView } from '../../../shared/recording.js';
import { byId, setAttribute, setHidden, setText } from '../../dom/element.js';
import { type DeskView } from '../desk-store.js';
import { type Region, type RegionDeps } from './region.js';

export interface RecordingBarDeps extends RegionDeps {
  /** Asks the server how it is; null when nothing is being recorded. */
  readonly look: () => Promise<RecordingView | null>;
  readonly pause: (callId: string) => Promise<unknown>;
  readonly resume: (callId: string) => Promise<unknown>;
  readonly say: (text: string) => void;
  /** Says that a wish was refused, and why. */
  readonly refused: (sentence: string) => void;
}

/** "Gravando ●", or how long a pause still lasts, with the button for whoever may pause. */
export class RecordingBar implements Region {
  readonly #deps: RecordingBarDeps;
  readonly #bar = byId('recording');
  readonly #text = byId('recording-text');
  readonly #button = byId('recording-pause', HTMLButtonElement);
  #view: RecordingView | null = null;
  #isUp = false;
  #callId: string | null = null;

  constructor(deps: RecordingBarDeps) {
    this.#deps = deps;
    this.#button.addEventListener('click', () => {
      void this.#press();
    });
  }

  /** The server told. */
  changed(view: RecordingView | null): void {
    const before = this.#view;
    this.#view = view;
    this.#draw();
    if (view === null || view.state === before?.state) return;
    this.#deps.say(this.#deps.t(view.state === 'paused' ? 'recordings:said-paused' : 'recordings:said-recording'));
  }

  render(desk: DeskView): void {
    const isUp = desk.socket === 'up';
    const callId = desk.desk?.call?.callId ?? null;
    // What was told while the connection was away is asked for, once it is back.
    if (isUp && (!this.#isUp || callId !== this.#callId)) void this.#look();
    this.#isUp = isUp;
    this.#callId = callId;
    this.#draw();
  }

  tick(): void {
    if (this.#view?.state === 'paused') this.#draw();
  }

  async #look(): Promise<void> {
    const view = await this.#deps.look().catch(() => null);
    this.#view = view;
    this.#draw();
  }

  async #press(): Promise<void> {
    const view = this.#view;
    if (view?.mayPause !== true) return;
    this.#button.disabled = true;
    try {
      await (view.state === 'paused' ? this.#deps.resume(view.callId) : this.#deps.pause(view.callId));
    } catch (error) {
      this.#deps.refused(error instanceof Error ? error.message : '');
    } finally {
      this.#button.disabled = false;
      this.#draw();
    }
  }

  #draw(): void {
    const view = this.#view;
    const isShown = view !== null && view.callId === this.#callId;
    setHidden(this.#bar, !isShown);
    if (!isShown) return;
    const { t, now } = this.#deps;
    const isPaused = view.state === 'paused';
    const left = Math.max(0, (view.resumesAt ?? now()) - now());
    setAttribute(this.#bar, 'data-state', view.state);
    setText(this.#text, isPaused ? t('recordings:paused', { time: formatDuration(left) }) : t('recordings:recording'));
    setText(this.#button, t(isPaused ? 'recordings:resume' : 'recordings:pause'));
    setHidden(this.#button, !view.mayPause);
    setAttribute(this.#button, 'title', t('recordings:pause-help'));
  }
}
