import assert from 'node:assert/strict';
import { Ringer } from '../../../src/client/desk/ringer.js';
import { CallNotice } from '../../../src/client/equipment/call-notice.js';

interface Shown {
  readonly title: string;
  readonly body: string | undefined;
  isClosed: boolean;
  onclick: (() => void) | null;
}

function desktop(permission: NotificationPermission, answer: NotificationPermission = 'granted') {
  const shown: Shown[] = [];
  const state = { asked: 0, isInFront: false, focused: 0 };
  class FakeNotification {
    static permission = permission;
    static requestPermission(): Promise<NotificationPermission> {
      state.asked += 1;
      FakeNotification.permission = answer;
      return Promise.resolve(answer);
    }
    readonly #entry: Shown;
    constructor(title: string, options: NotificationOptions) {
      this.#entry = { title, body: options.body, isClosed: false, onclick: null };
      shown.push(this.#entry);
    }
    set onclick(listener: () => void) {
      this.#entry.onclick = listener;
    }
    close(): void {
      this.#entry.isClosed = true;
    }
  }
  const notice = new CallNotice({
    notifications: FakeNotification as unknown as typeof Notification,
    isInFront: () => state.isInFront,
    focus: () => {
      state.focused += 1;
    },
  });
  return { notice, shown, state };
}

const MARIA = { title: 'Ligação de Maria', body: 'Fila Suporte' };

describe('the desktop’s notice of a call', () => {
  it('is shown once while it rings, and gone when ringing ends', () => {
    const { notice, shown } = desktop('granted');
    notice.set(MARIA);
    notice.set({ ...MARIA });
    assert.deepEqual(
      shown.map(({ title, body, isClosed }) => [title, body, isClosed]),
      [['Ligação de Maria', 'Fila Suporte', false]],
    );
    notice.set(null);
    assert.ok(shown[0]?.isClosed);
  });
  it('tells who it is when that becomes known', () => {
    const { notice, shown } = desktop('granted');
    notice.set({ title: 'Ligação de +5583…', body: '' });
    notice.set(MARIA);
    assert.deepEqual(
      shown.map(({ title, isClosed }) => [title, isClosed]),
      [
        ['Ligação de +5583…', true],
        ['Ligação de Maria', false],
      ],
    );
  });
  it('brings the page to the front when it is clicked', () => {
    const { notice, shown, state } = desktop('granted');
    notice.set(MARIA);
    shown[0]?.onclick?.();
    assert.equal(state.focused, 1);
    assert.ok(shown[0]?.isClosed);
  });
  it('does not lie over the page that is looked at, and comes when it goes behind', () => {
    const { notice, shown, state } = desktop('granted');
    state.isInFront = true;
    notice.set(MARIA);
    assert.equal(shown.length, 0);
    state.isInFront = false;
    notice.look();
    assert.equal(shown.length, 1);
    notice.set(null);
    notice.look();
    assert.equal(shown.length, 1);
  });
  it('is asked for only when it never was, and not shown without permission', async () => {
    for (const permission of ['granted', 'denied'] as const) {
      const { notice, state } = desktop(permission);
      await notice.ask();
      assert.equal(state.asked, 0);
    }
    const { notice, shown, state } = desktop('default', 'denied');
    notice.set(MARIA);
    assert.equal(state.asked, 0, 'ringing is no click');
    await notice.ask();
    notice.set(null);
    notice.set(MARIA);
    assert.deepEqual([state.asked, shown.length, notice.permission], [1, 0, 'denied']);
  });
  it('is no error where the browser has none', async () => {
    const notice = new CallNotice({ notifications: undefined, isInFront: () => false, focus: () => undefined });
    await notice.ask();
    notice.set(MARIA);
    assert.equal(notice.permission, 'unsupported');
  });
});

describe('the ringer', () => {
  function page() {
    const icon = { href: '/icon.svg' };
    const document = {
      title: 'Atendimento',
      querySelector: () => ({
        setAttribute: (_name: string, value: string) => {
          icon.href = value;
        },
      }),
    };
    return { icon, document };
  }

  it('sounds, and shows the caller in title and icon, until it is silent again', async () => {
    const { icon, document } = page();
    const heard: string[] = [];
    const ringer = new Ringer({
      tones: {
        unlock: () => Promise.resolve(true),
        ring: () => {
          heard.push('ring');
          return () => heard.push('stop');
        },
      },
      document: document as unknown as Document,
      onSound: (isBlocked) => heard.push(isBlocked ? 'blocked' : 'free'),
    });
    ringer.set('☎ Maria');
    await Promise.resolve();
    await Promise.resolve();
    assert.match(document.title, /☎ Maria/);
    assert.equal(icon.href, '/icon-ringing.svg');
    ringer.set(null);
    assert.deepEqual([document.title, icon.href], ['Atendimento', '/icon.svg']);
    assert.deepEqual(heard, ['ring', 'free', 'stop']);
  });

  it('says that it is not heard', async () => {
    const { document } = page();
    const told = new Promise<boolean>((resolve) => {
      const tones = { unlock: () => Promise.resolve(false), ring: () => () => undefined };
      const ringer = new Ringer({ tones, document: document as unknown as Document, onSound: resolve });
      ringer.set('☎ Maria');
      ringer.set(null);
    });
    assert.equal(await told, true);
  });
});
