import assert from 'node:assert/strict';
import { announcements } from '../../../src/client/desk/announcements.js';
import { banners } from '../../../src/client/desk/banners.js';
import { controls, type ControlName } from '../../../src/client/desk/controls.js';
import { type DeskView } from '../../../src/client/desk/desk-store.js';
import { callPhase, callerName, isRestoringAudio, rings } from '../../../src/client/desk/phase.js';
import { phoneDuty } from '../../../src/client/desk/phone-owner.js';
import { aCard, aDesk, anAgent, aPhone, aPhoneCall, aView, OTHER_PAGE } from './desk-builders.js';

const ringing = aView({
  desk: aDesk({ agent: anAgent({ status: 'offered' }), call: aCard() }),
  phone: aPhone(aPhoneCall()),
});
const talking = aView({
  desk: aDesk({ agent: anAgent({ status: 'talking' }), call: aCard({ state: 'talking', answeredAt: 3000 }) }),
  phone: aPhone(aPhoneCall({ state: 'talking' })),
});
const held = aView({
  desk: aDesk({ agent: anAgent({ status: 'on-hold' }), call: aCard({ state: 'on-hold', answeredAt: 3000 }) }),
  phone: aPhone(aPhoneCall({ state: 'held' })),
});
const wrapUp = aView({
  desk: aDesk({ agent: anAgent({ status: 'wrap-up', wrapUpEndsAt: 9000 }), call: aCard({ state: 'ended' }) }),
});
const offShift = aView({
  desk: aDesk({ agent: anAgent({ status: 'offline', shiftStartedAt: null }), phoneHolder: null }),
  phone: aPhone(null, { isRegistered: false, state: 'idle', line: { status: 'stopped' } }),
});

function possible(view: DeskView): readonly ControlName[] {
  return Object.entries(controls(view)).flatMap(([name, why]) => (why === null ? [name as ControlName] : []));
}

describe('what an agent can do', () => {
  it('off shift: only book a callback', () => {
    assert.deepEqual(possible(offShift), ['book']);
  });
  it('available: dial, pause, switch queues, end the shift, book', () => {
    assert.deepEqual(possible(aView()), ['dial', 'pause', 'queues', 'end-shift', 'book']);
  });
  it('ringing: accept and reject, and the next pause', () => {
    assert.deepEqual(possible(ringing), ['accept', 'reject', 'pause', 'queues', 'book']);
  });
  it('talking: mute, hold, keypad, hang up', () => {
    assert.deepEqual(possible(talking), ['mute', 'hold', 'keypad', 'hang-up', 'pause', 'queues', 'book']);
  });
  it('on hold: no tones', () => {
    assert.equal(controls(held).keypad, 'desk:why.held');
    assert.equal(controls(held).hold, null);
  });
  it('while a hold is not confirmed: no second one', () => {
    const changing = { ...talking, phone: aPhone(aPhoneCall({ state: 'talking', changingHold: true })) };
    assert.equal(controls(changing).hold, 'desk:why.holding');
  });
  it('wrap-up: finish, and end the shift', () => {
    assert.deepEqual(possible(wrapUp), ['finish', 'pause', 'queues', 'end-shift', 'book']);
  });
  it('a pause that is to come can be taken back', () => {
    const next = { id: 1, name: 'Almoço', isProductive: false, timeLimitSeconds: null };
    const view = { ...talking, desk: aDesk({ agent: anAgent({ status: 'talking', nextPause: next }) }) };
    assert.equal(controls(view).resume, null);
  });
  it('without the server: the phone’s own buttons still work, the others say why not', () => {
    assert.deepEqual(possible({ ...talking, socket: 'down' }), ['mute', 'hold', 'keypad', 'hang-up']);
    assert.equal(controls({ ...talking, socket: 'down' }).pause, 'desk:why.offline');
  });
  it('after a reload: audio first, but the call can be hung up through the server', () => {
    const restoring = { ...talking, phone: aPhone() };
    assert.equal(isRestoringAudio(restoring), true);
    assert.equal(controls(restoring).mute, 'desk:why.audio-restoring');
    assert.equal(controls(restoring)['hang-up'], null);
  });
  it('in a page that only follows along: no audio to wait for', () => {
    const following = { ...talking, desk: aDesk({ ...talking.desk, phoneHolder: OTHER_PAGE }), phone: aPhone() };
    assert.equal(isRestoringAudio(following), false);
  });
  it('with the phone in another page: nothing to answer here', () => {
    const view = { ...ringing, desk: aDesk({ ...ringing.desk, phoneHolder: OTHER_PAGE }), phone: aPhone() };
    assert.equal(controls(view).accept, 'desk:why.phone-elsewhere');
    assert.equal(controls(view).reject, 'desk:why.phone-elsewhere');
  });
  it('a call that answers by itself is not to be accepted', () => {
    const view = { ...ringing, phone: aPhone(aPhoneCall({ autoAnswer: true })) };
    assert.equal(controls(view).accept, 'desk:why.answering');
    assert.equal(rings(view), false);
  });
  it('dialling says what it lacks', () => {
    const cases: readonly (readonly [Partial<DeskView>, string])[] = [
      [{ permissions: { canDial: false, canSchedule: true } }, 'desk:why.no-permission'],
      [{ desk: aDesk({ phoneHolder: OTHER_PAGE }) }, 'desk:why.phone-elsewhere'],
      [{ desk: aDesk({ link: { connected: false, since: 0, lastSeenAt: null } }) }, 'desk:why.link-down'],
      [{ phone: aPhone(null, { isRegistered: false }) }, 'desk:why.unregistered'],
      [{ desk: aDesk({ agent: anAgent({ status: 'wrap-up' }) }) }, 'desk:why.busy'],
    ];
    for (const [change, why] of cases) assert.equal(controls(aView(change)).dial, why);
  });
});

describe('the phase of a call', () => {
  it('is the server’s word', () => {
    assert.deepEqual([offShift, aView(), ringing, talking, held, wrapUp].map(callPhase), [
      'none',
      'none',
      'ringing',
      'talking',
      'on-hold',
      'wrap-up',
    ]);
  });
  it('rings from the INVITE on, a moment before the server’s word of it', () => {
    const view = aView({ phone: aPhone(aPhoneCall({ remoteName: 'Maria' })) });
    assert.equal(callPhase(view), 'ringing');
    assert.equal(callerName(view), 'Maria');
  });
});

describe('what stands in the way', () => {
  const kinds = (view: DeskView): readonly string[] => banners(view).map(({ kind }) => kind);

  it('is nothing on a good day, nor off shift', () => {
    assert.deepEqual(kinds(aView()), []);
    assert.deepEqual(kinds(offShift), []);
  });
  it('without the server says only that, as the rest is not known', () => {
    const view = aView({ socket: 'down', desk: aDesk({ link: { connected: false, since: 0, lastSeenAt: 7 } }) });
    assert.deepEqual(kinds(view), ['socket-down']);
  });
  it('names the time since when the exchange is silent', () => {
    const [banner] = banners(aView({ desk: aDesk({ link: { connected: false, since: 50, lastSeenAt: 40 } }) }));
    assert.deepEqual([banner?.kind, banner?.at], ['link-down', 40]);
  });
  it('offers to use the phone here when another page holds it', () => {
    const [banner] = banners(aView({ desk: aDesk({ phoneHolder: OTHER_PAGE }) }));
    assert.deepEqual([banner?.kind, banner?.action?.name], ['other-page', 'use-here']);
  });
  it('tells of a registration that failed, not of the first try', () => {
    const line = (failures: number): DeskView =>
      aView({ phone: aPhone(null, { isRegistered: false, line: { status: 'connecting', failures } }) });
    assert.deepEqual(kinds(line(0)), []);
    assert.deepEqual(kinds(line(1)), ['unregistered']);
  });
  it('says the server’s own sentence when it does not open the desk', () => {
    const [banner] = banners(aView({ refusal: 'Peça ao administrador.' }));
    assert.deepEqual(banner?.text, { sentence: 'Peça ao administrador.' });
  });
});

describe('what is announced', () => {
  const kinds = (view: DeskView, before: DeskView): readonly string[] =>
    announcements(view, before).map(({ kind }) => kind);

  it('tells a ringing call once, with name and queue', () => {
    assert.deepEqual(announcements(ringing, aView()), [{ kind: 'ringing', name: 'Maria', queue: 'Suporte' }]);
    assert.deepEqual(kinds(ringing, ringing), []);
  });
  it('tells answer, and the end together with the state it leads to', () => {
    assert.deepEqual(kinds(talking, ringing), ['answered']);
    assert.deepEqual(kinds(wrapUp, talking), ['ended', 'status']);
  });
  it('does not tell hold as an end', () => {
    assert.deepEqual(kinds(held, talking), ['status']);
  });
  it('tells that the server went and came back', () => {
    const down = aView({ socket: 'down' });
    assert.deepEqual(kinds(down, aView()), ['socket-down']);
    assert.deepEqual(kinds(aView(), down), ['socket-up']);
  });
  it('says nothing of the first state of a page', () => {
    assert.deepEqual(kinds(talking, aView({ desk: null })), []);
  });
});

describe('what the page does with the phone', () => {
  const stopped = aPhone(null, { isRegistered: false, state: 'idle', line: { status: 'stopped' } });
  const cases: readonly (readonly [string, DeskView, ReturnType<typeof phoneDuty>])[] = [
    ['nothing before the first state', aView({ desk: null }), 'keep'],
    ['nothing while all is well', aView(), 'keep'],
    ['starts it after a reload', aView({ phone: stopped }), 'start'],
    ['claims it when nobody holds it', aView({ phone: stopped, desk: aDesk({ phoneHolder: null }) }), 'claim'],
    ['claims it again from a server that was restarted', aView({ desk: aDesk({ phoneHolder: null }) }), 'claim'],
    [
      'lets it go, in a call too, when another page took it',
      { ...talking, desk: aDesk({ phoneHolder: OTHER_PAGE }) },
      'let-go',
    ],
    [
      'leaves it where it is when another page holds it',
      aView({ phone: stopped, desk: aDesk({ phoneHolder: OTHER_PAGE }) }),
      'keep',
    ],
    ['unregisters it when a supervisor ended the shift', { ...offShift, phone: aPhone() }, 'unregister'],
    ['does not unregister in a call', { ...offShift, phone: aPhone(aPhoneCall({ state: 'talking' })) }, 'keep'],
    ['stays out of the start of a shift', { ...offShift, phone: aPhone(), isStartingShift: true }, 'keep'],
  ];
  for (const [what, view, duty] of cases) {
    it(what, () => {
      assert.equal(phoneDuty(view), duty);
    });
  }
});
