export interface CallNoticeDeps {
  /** Undefined where the browser has none. */
  readonly notifications: typeof Notification | undefined;
  /** Whether the person looks at this page: then nothing need lie over it. */
  readonly isInFront: () => boolean;
  readonly focus: () => void;
}

export interface Ringing {
  readonly title: string;
  readonly body: string;
}

/** One of an agent rings at a time, whichever page it is. */
const TAG = 'citrus-voz-call';

/** The system's own notice of a call, for somebody who has another window in front. Gone when ringing ends. */
export class CallNotice {
  readonly #deps: CallNoticeDeps;
  #ringing: Ringing | null = null;
  #shown: Notification | null = null;

  constructor(deps: CallNoticeDeps) {
    this.#deps = deps;
  }

  get permission(): NotificationPermission | 'unsupported' {
    return this.#deps.notifications?.permission ?? 'unsupported';
  }

  /** Only to be called at a click: a browser that is asked unasked never asks again. Resolves when it was answered. */
  async ask(): Promise<void> {
    if (this.permission !== 'default') return;
    await this.#deps.notifications?.requestPermission().catch(() => 'default');
  }

  set(ringing: Ringing | null): void {
    const isSame = ringing?.title === this.#ringing?.title && ringing?.body === this.#ringing?.body;
    this.#ringing = ringing;
    if (ringing === null) this.#close();
    else if (this.#shown === null || !isSame) this.look();
  }

  /** The page went behind another window, or came to the front. */
  look(): void {
    const { notifications, isInFront } = this.#deps;
    if (this.#ringing === null || notifications === undefined || this.permission !== 'granted') return;
    if (isInFront()) return;
    this.#close();
    try {
      this.#shown = this.#show(notifications, this.#ringing);
    } catch {
      // Android gives notices to service workers only; title, icon and ringer are left.
    }
  }

  #show(notifications: typeof Notification, { title, body }: Ringing): Notification {
    const notice = new notifications(title, {
      body,
      tag: TAG,
      icon: '/icon.svg',
      requireInteraction: true,
      silent: true,
    });
    notice.onclick = () => {
      this.#deps.focus();
      notice.close();
    };
    return notice;
  }

  #close(): void {
    this.#shown?.close();
    this.#shown = null;
  }
}
