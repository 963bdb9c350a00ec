import { type DeskStore, type DeskView } from './desk-store.js';
import { holdsPhone, isOnShift, isPhoneElsewhere } from './phase.js';

export interface PhoneOwnerDeps {
  readonly store: DeskStore;
  /** Takes the phone for this page where nobody holds it, or from another page by force. */
  readonly claim: (force: boolean) => Promise<{ readonly holder: string | null }>;
  readonly openMicrophone: () => Promise<unknown>;
  /** Settles after some seconds. */
  readonly patience: () => Promise<unknown>;
  readonly phone: {
    start(): void;
    stop(options: { readonly unregister: boolean }): Promise<void>;
  };
}

/** What the page should do with the phone, as the server's state stands. */
export type PhoneDuty = 'keep' | 'claim' | 'start' | 'let-go' | 'unregister';

/** The server decides who holds the phone; the page follows. Pure, so that each case can be tested. */
export function phoneDuty(view: DeskView): PhoneDuty {
  if (view.desk === null || view.isStartingShift) return 'keep';
  const running = view.phone.line.status !== 'stopped';
  // Taken over by another page: that page's registration replaces ours, and a call in hand goes there.
  if (isPhoneElsewhere(view)) return running ? 'let-go' : 'keep';
  if (!isOnShift(view)) return running && view.phone.call === null ? 'unregister' : 'keep';
  // A server that was restarted has forgotten who holds it, though the phone runs on.
  if (!holdsPhone(view)) return 'claim';
  return running ? 'keep' : 'start';
}

/**
 * Brings the phone to where the state says it belongs: after a reload, a takeover, the end of a shift by a supervisor, a
 * server that came back. One act at a time; the next state asks again.
 */
export class PhoneOwner {
  readonly #deps: PhoneOwnerDeps;
  #acting = false;

  constructor(deps: PhoneOwnerDeps) {
    this.#deps = deps;
  }

  async follow(): Promise<void> {
    if (this.#acting) return;
    this.#acting = true;
    try {
      await this.#act(phoneDuty(this.#deps.store.view));
    } catch {
      // Said to the person by whoever failed; the next state, or the banner's button, tries again.
    } finally {
      this.#acting = false;
    }
  }

  /** "Use here". Another computer is asked first: the phone comes, if it comes, with the state that says so. */
  async takeOver(): Promise<void> {
    const { claim, store } = this.#deps;
    if ((await claim(true)).holder === store.view.pageId && isOnShift(store.view)) await this.#start();
  }

  async #act(duty: PhoneDuty): Promise<void> {
    const { phone, claim, store } = this.#deps;
    switch (duty) {
      case 'keep':
        return;
      case 'claim':
        if (store.view.phone.line.status === 'stopped') {
          // A server that was restarted has forgotten whose it is; the page that has a phone running goes first.
          await this.#deps.patience();
          if (phoneDuty(store.view) !== 'claim') return;
        }
        if ((await claim(false)).holder !== store.view.pageId) return;
        if (store.view.phone.line.status === 'stopped') await this.#start();
        return;
      case 'start':
        await this.#start();
        return;
      case 'let-go':
        await phone.stop({ unregister: false });
        return;
      case 'unregister':
        await phone.stop({ unregister: true });
    }
  }

  async #start(): Promise<void> {
    await this.#deps.openMicrophone();
    this.#deps.phone.start();
  }
}
