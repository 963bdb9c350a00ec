import assert from 'node:assert/strict';
import { DeskStore } from '../../../src/client/desk/desk-store.js';
import { ServerClock } from '../../../src/client/desk/server-clock.js';
import { aDesk, aPhone, PAGE } from './desk-builders.js';

function aStore(): DeskStore {
  return new DeskStore({
    deviceId: 'd',
    pageId: PAGE,
    permissions: { canDial: true, canSchedule: true },
    clock: new ServerClock(() => 0),
  });
}

describe('desk store', () => {
  it('takes a newer state and drops an older and a repeated one', () => {
    const store = aStore();
    assert.equal(store.apply(aDesk({ version: 5 })), true);
    assert.equal(store.apply(aDesk({ version: 4, phoneHolder: 'late' })), false);
    assert.equal(store.apply(aDesk({ version: 5, phoneHolder: 'again' })), false);
    assert.equal(store.view.desk?.phoneHolder, PAGE);
    assert.equal(store.apply(aDesk({ version: 6, phoneHolder: null })), true);
    assert.equal(store.view.desk.phoneHolder, null);
  });

  it('believes a server whose versions began anew, once a new connection begins', () => {
    const store = aStore();
    store.apply(aDesk({ version: 900 }));
    assert.equal(store.apply(aDesk({ version: 3 })), false);
    store.connected();
    assert.equal(store.apply(aDesk({ version: 3 })), true);
    assert.equal(store.apply(aDesk({ version: 2 })), false, 'within the new connection older is older again');
  });

  it('keeps what it shows while a new connection has said nothing yet', () => {
    const store = aStore();
    store.apply(aDesk({ version: 900 }));
    store.connected();
    assert.equal(store.view.desk?.version, 900);
  });

  it('tells listeners the view and the one before, and nothing when nothing differs', () => {
    const store = aStore();
    const seen: string[] = [];
    const off = store.subscribe((view, before) => {
      seen.push(`${before.socket}>${view.socket} ${before.phone.state}>${view.phone.state}`);
    });
    store.update({ socket: 'up' });
    store.update({ socket: 'up' });
    store.update({ phone: aPhone() });
    off();
    store.update({ socket: 'down' });
    assert.deepEqual(seen, ['connecting>up idle>idle', 'up>up idle>registered']);
  });
});

describe('server clock', () => {
  it('is this machine’s clock before the server said anything', () => {
    assert.equal(new ServerClock(() => 42).now(), 42);
  });

  it('trusts the message that took the least time', () => {
    let local = 0;
    const clock = new ServerClock(() => local);
    // The server is 10 s ahead; messages take 800, 50 and 300 ms.
    for (const [sent, trip] of [
      [100_000, 800],
      [101_000, 50],
      [102_000, 300],
    ] as const) {
      local = sent - 10_000 + trip;
      clock.observe(sent);
    }
    assert.equal(clock.offset, 9950);
  });

  it('forgets old samples, so that a clock that is set right is followed', () => {
    let local = 0;
    const clock = new ServerClock(() => local);
    clock.observe(60_000);
    local = 60_000;
    for (let message = 0; message < 8; message += 1) clock.observe(60_000);
    assert.equal(clock.offset, 0);
  });
});
