import assert from 'node:assert/strict';
import { customerPhoneSound, customerPhoneState, readQueues } from '../../../src/client/customer-phone/phone-view.js';
import { type KeyPress, shortcutOf } from '../../../src/client/desk/shortcuts.js';
import { SHIFT_STEPS, ShiftStart, type ShiftProgress, type ShiftStep } from '../../../src/client/desk/shift-start.js';
import { likelyZone, localFields, momentOf, zoneCity, zoneOffset } from '../../../src/client/desk/time-zones.js';
import { formatDuration, formatPhone, formatTime } from '../../../src/client/format.js';
import { aPhone, aPhoneCall } from './desk-builders.js';

describe('durations', () => {
  for (const [seconds, text] of [
    [0, '0:00'],
    [7.9, '0:07'],
    [750, '12:30'],
    [3723, '1:02:03'],
    [-4, '0:00'],
  ] as const) {
    it(`${seconds} s is ${text}`, () => {
      assert.equal(formatDuration(seconds), text);
    });
  }
});

describe('telephone numbers', () => {
  for (const [number, text] of [
    ['+5583988887777', '+55 83 98888-7777'],
    ['+558333334444', '+55 83 3333-4444'],
    ['+14155550123', '+14155550123'],
    ['1007', '1007'],
    ['', ''],
  ] as const) {
    it(`"${number}" is shown as "${text}"`, () => {
      assert.equal(formatPhone(number), text);
    });
  }
});

describe('time zones', () => {
  const noon = Date.parse('2026-11-22T15:00:00Z');

  it('of a number are guessed by its area code', () => {
    assert.equal(likelyZone('+5592991234567', 'America/Sao_Paulo'), 'America/Manaus');
    assert.equal(likelyZone('+5568991234567', 'America/Sao_Paulo'), 'America/Rio_Branco');
    assert.equal(likelyZone('+5511991234567', 'America/Sao_Paulo'), 'America/Sao_Paulo');
    assert.equal(likelyZone('1007', 'America/Bahia'), 'America/Bahia');
  });
  it('show a moment by their clocks', () => {
    assert.deepEqual(localFields(noon, 'America/Manaus'), { date: '2026-11-22', time: '11:00' });
    assert.deepEqual(localFields(noon, 'Asia/Tokyo'), { date: '2026-11-23', time: '00:00' });
    assert.equal(zoneOffset('America/Sao_Paulo', noon), 'UTC−3');
    assert.equal(formatTime(noon, 'pt-BR', 'America/Noronha'), '13:00');
  });
  it('turn what a form has into a moment, there and back', () => {
    for (const zone of ['America/Sao_Paulo', 'America/New_York', 'Europe/Lisbon', 'Asia/Kathmandu']) {
      const { date, time } = localFields(noon, zone);
      assert.equal(momentOf(date, time, zone), noon, zone);
    }
  });
  it('know the change of clocks', () => {
    assert.equal(momentOf('2026-07-01', '12:00', 'America/New_York'), Date.parse('2026-07-01T16:00:00Z'));
    assert.equal(momentOf('2026-12-01', '12:00', 'America/New_York'), Date.parse('2026-12-01T17:00:00Z'));
  });
  it('give no moment for what is not written in full', () => {
    assert.equal(momentOf('2026-11', '12:00', 'America/Manaus'), null);
    assert.equal(momentOf('2026-11-22', '', 'America/Manaus'), null);
  });
  it('are named by a city', () => {
    assert.equal(zoneCity('America/Belem'), 'Belém');
    assert.equal(zoneCity('America/Argentina/Buenos_Aires'), 'Buenos Aires');
  });
});

describe('shortcuts', () => {
  const press = (change: Partial<KeyPress>): KeyPress => ({
    key: '',
    code: '',
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    repeat: false,
    ...change,
  });

  it('work while somebody writes, by the place of the key', () => {
    assert.equal(shortcutOf(press({ altKey: true, code: 'KeyA', key: 'å' }), true), 'accept');
    assert.equal(shortcutOf(press({ altKey: true, code: 'KeyL', key: 'l' }), true), 'hang-up');
  });
  it('leave letters, AltGr and held keys alone', () => {
    assert.equal(shortcutOf(press({ code: 'KeyA', key: 'a' }), false), null);
    assert.equal(shortcutOf(press({ altKey: true, ctrlKey: true, code: 'KeyA' }), false), null);
    assert.equal(shortcutOf(press({ altKey: true, code: 'KeyL', repeat: true }), false), null);
  });
  it('show their list for a question mark that is not being written', () => {
    assert.equal(shortcutOf(press({ key: '?', shiftKey: true }), false), 'help');
    assert.equal(shortcutOf(press({ key: '?', shiftKey: true }), true), null);
  });
});

describe('start of a shift', () => {
  function start(failing: ShiftStep | null): { run: Promise<boolean>; done: ShiftStep[]; last: () => ShiftProgress } {
    const done: ShiftStep[] = [];
    const step = (name: ShiftStep) => (): Promise<void> => {
      if (name === failing) return Promise.reject(new Error('no'));
      done.push(name);
      return Promise.resolve();
    };
    let progress: ShiftProgress | null = null;
    const shift = new ShiftStart({
      steps: Object.fromEntries(SHIFT_STEPS.map((name) => [name, step(name)])) as Record<
        ShiftStep,
        () => Promise<void>
      >,
      remedy: (name) => `remedy of ${name}`,
      onChanged: (now) => (progress = now),
    });
    const last = (): ShiftProgress => progress ?? shift.progress;
    return { run: shift.run(), done, last };
  }

  it('takes its steps in order', async () => {
    const { run, done, last } = start(null);
    assert.equal(await run, true);
    assert.deepEqual(done, [...SHIFT_STEPS]);
    assert.ok(Object.values(last().steps).every((state) => state === 'done'));
  });

  for (const failing of SHIFT_STEPS) {
    it(`stops at "${failing}" and says what to do`, async () => {
      const { run, done, last } = start(failing);
      assert.equal(await run, false);
      assert.deepEqual(done, SHIFT_STEPS.slice(0, SHIFT_STEPS.indexOf(failing)));
      assert.deepEqual(last().failure, { step: failing, remedy: `remedy of ${failing}` });
      assert.equal(last().isRunning, false);
    });
  }
});

describe('customer’s phone', () => {
  const stopped = aPhone(null, { state: 'idle', isRegistered: false, line: { status: 'stopped' } });
  const cases = [
    ['off', stopped, 'idle', 'none'],
    ['ready', aPhone(), 'registered', 'none'],
    ['calling', aPhone(aPhoneCall({ state: 'calling' })), 'calling', 'none'],
    ['ringing at the other end', aPhone(aPhoneCall({ state: 'calling', waiting: 'ringing' })), 'calling', 'ringback'],
    ['waiting in a queue', aPhone(aPhoneCall({ state: 'calling', waiting: 'queued' })), 'queued', 'music'],
    ['being called', aPhone(aPhoneCall()), 'ringing', 'ring'],
    ['given its call back', aPhone(aPhoneCall({ autoAnswer: true })), 'ringing', 'none'],
    ['talking', aPhone(aPhoneCall({ state: 'talking' })), 'talking', 'none'],
    ['held by the agent', aPhone(aPhoneCall({ state: 'talking', isHeldByOther: true })), 'held', 'none'],
    ['sent on to a queue', aPhone(aPhoneCall({ state: 'talking', waiting: 'queued' })), 'queued', 'music'],
    ['waiting for a page that reloads', aPhone(aPhoneCall({ state: 'talking', isOtherAway: true })), 'held', 'music'],
  ] as const;
  for (const [what, phone, state, sound] of cases) {
    it(`${what}: ${state}, plays ${sound}`, () => {
      assert.equal(customerPhoneState(phone, false), state);
      assert.equal(customerPhoneSound(phone), sound);
    });
  }
  it('shows the end of a call until the next thing happens', () => {
    assert.equal(customerPhoneState(aPhone(), true), 'ended');
    assert.equal(customerPhoneState(aPhone(aPhoneCall()), true), 'ringing');
  });
  it('reads the queues of the page, and leaves out what is none', () => {
    const json = JSON.stringify([{ number: '8001', name: 'Suporte' }, { number: 8002 }, null]);
    assert.deepEqual(readQueues(json), [{ number: '8001', name: 'Suporte' }]);
    assert.deepEqual(readQueues(undefined), []);
  });
});
