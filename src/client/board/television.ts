import { setText } from './dom.js';
import type { BoardTranslate } from './messages.js';

/**
 * Television mode: the board alone, as large as the screen allows. It is in the address (`?tv=1`), so that a television
 * that restarts comes back to it; full screen needs a click, which browsers demand.
 */
export class Television {
  readonly #root: HTMLElement;
  readonly #button: HTMLElement;
  readonly #t: BoardTranslate;
  readonly #onChanged: () => void;
  #wakeLock: WakeLockSentinel | null = null;

  constructor(deps: {
    readonly root: HTMLElement;
    readonly button: HTMLElement;
    readonly t: BoardTranslate;
    readonly onChanged: () => void;
  }) {
    this.#root = deps.root;
    this.#button = deps.button;
    this.#t = deps.t;
    this.#onChanged = deps.onChanged;
    this.#button.addEventListener('click', () => {
      const on = !this.isOn;
      void this.#fullScreen(on);
      this.#set(on);
    });
    // Who leaves full screen by the keyboard wants the page back.
    document.addEventListener('fullscreenchange', () => {
      if (document.fullscreenElement === null && this.isOn) this.#set(false);
    });
    document.addEventListener('visibilitychange', () => {
      if (this.isOn && document.visibilityState === 'visible') void this.#stayAwake();
    });
    this.#set(new URLSearchParams(location.search).get('tv') === '1');
  }

  get isOn(): boolean {
    return this.#root.dataset['tv'] === 'true';
  }

  #set(on: boolean): void {
    this.#root.dataset['tv'] = String(on);
    document.documentElement.dataset['tv'] = String(on);
    setText(this.#button, this.#t(on ? 'tv.leave' : 'tv.enter'));
    const url = new URL(location.href);
    if (on) url.searchParams.set('tv', '1');
    else url.searchParams.delete('tv');
    history.replaceState(null, '', url);
    if (on) void this.#stayAwake();
    else {
      void this.#wakeLock?.release();
      this.#wakeLock = null;
    }
    this.#onChanged();
  }

  async #fullScreen(on: boolean): Promise<void> {
    try {
      if (on) await document.documentElement.requestFullscreen();
      else if (document.fullscreenElement !== null) await document.exitFullscreen();
    } catch {
      // A browser that refuses full screen still shows the board without menus.
    }
  }

  async #stayAwake(): Promise<void> {
    try {
      this.#wakeLock = await navigator.wakeLock.request('screen');
    } catch {
      // Not in every browser, and not over plain http: the television's own setting has to do.
    }
  }
}
