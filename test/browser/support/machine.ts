import { type Page } from 'playwright-core';

/** What the page under test may be asked about its devices; see `watchMachine`. */
interface Watched {
  readonly played: { readonly sink: string; readonly isOnPage: boolean; readonly isRefused: boolean }[];
  readonly tracks: MediaStreamTrack[];
  readonly connections: RTCPeerConnection[];
  readonly contexts: AudioContext[];
  readonly notices: { readonly title: string; readonly body: string; isClosed: boolean; click: () => void }[];
  readonly unplugged: Set<string>;
  asked: number;
  isInFront: boolean;
  focused: number;
  refuseVoice: boolean;
}
type WatchedPage = typeof globalThis & { readonly machine: Watched };

/**
 * Makes the page's machine one whose plugs can be pulled, and notes what the page does with it. The devices themselves
 * are Chromium's; only a headset that is "pulled" is left out of the list, refused, and its tracks end as real ones do.
 */
export async function watchMachine(page: Page): Promise<void> {
  // The compiler of the tests names functions by this helper, which pages do not have.
  await page.context().addInitScript('globalThis.__name ??= (value) => value;');
  await page.context().addInitScript(() => {
    const machine: Watched = {
      played: [],
      tracks: [],
      connections: [],
      contexts: [],
      notices: [],
      unplugged: new Set(),
      asked: 0,
      isInFront: true,
      focused: 0,
      refuseVoice: false,
    };
    Object.defineProperty(globalThis, 'machine', { value: machine });

    const devices = (navigator as { readonly mediaDevices?: MediaDevices }).mediaDevices;
    // An empty page is no secure one, and has none.
    if (devices === undefined) return;
    const enumerate = devices.enumerateDevices.bind(devices);
    devices.enumerateDevices = async () => (await enumerate()).filter(({ label }) => !machine.unplugged.has(label));
    const getUserMedia = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      const wanted = typeof constraints?.audio === 'object' ? constraints.audio.deviceId : undefined;
      const id = typeof wanted === 'object' && 'exact' in wanted ? wanted.exact : undefined;
      const gone = (await enumerate()).filter(({ label }) => machine.unplugged.has(label));
      if (gone.some(({ deviceId }) => deviceId === id)) throw new DOMException('not there', 'NotFoundError');
      const stream = await getUserMedia(constraints);
      machine.tracks.push(...stream.getAudioTracks());
      return stream;
    };

    const Connection = globalThis.RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Connection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        machine.connections.push(this);
      }
    };
    const Context = globalThis.AudioContext;
    globalThis.AudioContext = class extends Context {
      constructor(options?: AudioContextOptions) {
        super(options);
        machine.contexts.push(this);
      }
    };

    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the element it is of
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = async function (this: HTMLMediaElement) {
      const note = (isRefused: boolean): void => {
        machine.played.push({ sink: this.sinkId, isOnPage: this.isConnected, isRefused });
      };
      if (this.isConnected && machine.refuseVoice) {
        note(true);
        throw new DOMException('a click is wanted', 'NotAllowedError');
      }
      try {
        await play.call(this);
        note(false);
      } catch (error) {
        note(true);
        throw error;
      }
    };

    document.hasFocus = () => machine.isInFront;
    globalThis.focus = () => {
      machine.focused += 1;
    };
    class WatchedNotification extends EventTarget {
      static permission: NotificationPermission = 'default';
      static requestPermission(): Promise<NotificationPermission> {
        machine.asked += 1;
        WatchedNotification.permission = 'granted';
        return Promise.resolve('granted');
      }
      onclick: (() => void) | null = null;
      readonly #entry: Watched['notices'][number];
      constructor(title: string, options: NotificationOptions = {}) {
        super();
        this.#entry = { title, body: options.body ?? '', isClosed: false, click: () => this.onclick?.() };
        machine.notices.push(this.#entry);
      }
      close(): void {
        this.#entry.isClosed = true;
      }
    }
    Object.defineProperty(globalThis, 'Notification', { value: WatchedNotification });
  });
}

/** The id the page knows a device by. */
export function deviceId(page: Page, kind: MediaDeviceKind, label: string): Promise<string> {
  return page.evaluate(
    async ([kind, label]) => {
      const found = (await navigator.mediaDevices.enumerateDevices()).find(
        (device) => device.kind === kind && device.label === label,
      );
      if (found === undefined) throw new Error(`there is no ${label}`);
      return found.deviceId;
    },
    [kind, label] as const,
  );
}

/** Pulls the plug: the devices are gone, and what is recorded from them ends. */
export function unplug(page: Page, labels: readonly string[]): Promise<void> {
  return page.evaluate((labels) => {
    const { machine } = globalThis as WatchedPage;
    for (const label of labels) machine.unplugged.add(label);
    for (const track of machine.tracks) {
      if (!labels.includes(track.label) || track.readyState === 'ended') continue;
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  }, labels);
}

export function plugIn(page: Page): Promise<void> {
  return page.evaluate(() => {
    (globalThis as WatchedPage).machine.unplugged.clear();
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  });
}

/** What the connection under way sends: the device, and whether it is live. */
export function sentTrack(page: Page): Promise<{ readonly label: string; readonly state: string } | null> {
  return page.evaluate(() => {
    const { connections } = (globalThis as WatchedPage).machine;
    const current = connections.filter(({ connectionState }) => connectionState === 'connected').at(-1);
    const track = current?.getSenders()[0]?.track ?? null;
    return track === null ? null : { label: track.label, state: track.readyState };
  });
}

/** What the page did with its machine so far. */
export function machineOf(page: Page): Promise<Pick<Watched, 'played' | 'asked' | 'focused'> & { notices: Notice[] }> {
  return page.evaluate(() => {
    const { played, asked, focused, notices } = (globalThis as WatchedPage).machine;
    return {
      played,
      asked,
      focused,
      notices: notices.map(({ title, body, isClosed }) => ({ title, body, isClosed })),
    };
  });
}

interface Notice {
  readonly title: string;
  readonly body: string;
  readonly isClosed: boolean;
}

/** Another window comes in front of the page. */
export function goBehind(page: Page): Promise<void> {
  return page.evaluate(() => {
    (globalThis as WatchedPage).machine.isInFront = false;
    globalThis.dispatchEvent(new Event('blur'));
  });
}

export function clickNotice(page: Page): Promise<void> {
  return page.evaluate(() => (globalThis as WatchedPage).machine.notices.at(-1)?.click());
}

/** From now on the browser plays the customer's voice only after a click, or does again. */
export function refuseVoice(page: Page, isRefused: boolean): Promise<void> {
  return page.evaluate((isRefused) => {
    (globalThis as WatchedPage).machine.refuseVoice = isRefused;
  }, isRefused);
}
