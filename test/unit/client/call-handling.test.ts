import assert from 'node:assert/strict';
import { type Capability, type DeskState, type DeskTarget } from '../../../src/shared/desk.js';
import { type ClientEventName } from '../../../src/shared/realtime.js';
import { announcements, type Announcement } from '../../../src/client/desk/announcements.js';
import { CallHandling } from '../../../src/client/desk/call-handling.js';
import { controls, type ControlName } from '../../../src/client/desk/controls.js';
import { CommandError } from '../../../src/client/desk/desk-link.js';
import { type DeskView } from '../../../src/client/desk/desk-store.js';
import { frontCall, hasCallInHand, isRestoringAudio, sessionOf } from '../../../src/client/desk/phase.js';
import { type PhoneCallSnapshot } from '../../../src/client/softphone/phone-call.js';
import { foreground } from '../../../src/client/softphone/foreground.js';
import { type SoftphoneSnapshot } from '../../../src/client/softphone/softphone.js';
import { aCard, aDesk, anAgent, aPhone, aPhoneCall, aSecond, aView, OTHER_PAGE } from './desk-builders.js';

/** What the built-in exchange can, and one that can nothing of it. */
const ALL: readonly Capability[] = ['blind-transfer', 'attended-transfer', 'conference'];
const SENDING = ['transfer', 'transfer-now', 'consult', 'dial-second'] as const;
const WITH_TWO = ['take-back', 'swap', 'join', 'confer', 'hang-up-main', 'hang-up-second'] as const;
const NAMES: readonly ControlName[] = ['mute', 'hold', 'keypad', 'hang-up', ...SENDING, ...WITH_TWO];

function phoneWith(...calls: readonly PhoneCallSnapshot[]): SoftphoneSnapshot {
  return aPhone(foreground(calls), { calls });
}

const c1 = (state: PhoneCallSnapshot['state']): PhoneCallSnapshot => aPhoneCall({ callId: 'c1', state });
const c2 = (state: PhoneCallSnapshot['state']): PhoneCallSnapshot =>
  aPhoneCall({ callId: 'c2', state, direction: 'consult', autoAnswer: true });

function inCall(desk: Partial<DeskState>, phone: SoftphoneSnapshot, capabilities = ALL): DeskView {
  const state = aDesk({ agent: anAgent({ status: 'talking' }), capabilities, ...desk });
  return aView({ desk: state, phone });
}

const talkingCard = aCard({ state: 'talking', answeredAt: 3000 });
const heldCard = aCard({ state: 'on-hold', answeredAt: 3000 });
const talking = inCall({ call: talkingCard }, phoneWith(c1('talking')));
const transferring = inCall(
  { call: aCard({ ...heldCard, transfer: { kind: 'agent', label: 'Bruno Lima', since: 4000 } }) },
  phoneWith(c1('held')),
);
const dialling = inCall(
  { call: heldCard, second: aSecond({ state: 'dialling', answeredAt: null }) },
  phoneWith(c1('held'), c2('talking')),
);
const consulting = inCall({ call: heldCard, second: aSecond() }, phoneWith(c1('held'), c2('talking')));
const swapped = inCall(
  { call: talkingCard, second: aSecond({ state: 'on-hold' }) },
  phoneWith(c1('talking'), c2('held')),
);
const conference = inCall(
  { call: aCard({ ...talkingCard, isConference: true }), second: aSecond() },
  phoneWith(c1('talking'), c2('talking')),
);
/** Bruno's page, while Ana asks him about Maria. */
const asked = inCall(
  {
    call: aCard({
      callId: 'c2',
      direction: 'consult',
      state: 'talking',
      answeredAt: 4500,
      customer: null,
      number: '1002',
      consultation: {
        agentName: 'Ana Souza',
        number: '+5583988887777',
        customerName: 'Maria',
        queueName: 'Suporte',
        protocol: '20261122-7',
        record: null,
      },
    }),
  },
  phoneWith(c2('talking')),
);
/** The same page after Ana completed the transfer: the call, known to the phone by the consultation's id. */
const received = inCall({ call: aCard({ ...talkingCard, phoneCallIds: ['c1', 'c2'] }) }, phoneWith(c2('talking')));

function possible(view: DeskView): readonly ControlName[] {
  const all = controls(view);
  return NAMES.filter((name) => all[name] === null);
}

describe('what can be done with calls in hand', () => {
  const ONE_CALL: readonly ControlName[] = ['mute', 'hold', 'keypad', 'hang-up'];
  const TWO_ENDS: readonly ControlName[] = ['hang-up-main', 'hang-up-second'];
  const cases: readonly (readonly [string, DeskView, readonly ControlName[]])[] = [
    ['no call', aView(), []],
    ['talking', talking, [...ONE_CALL, ...SENDING]],
    [
      'talking, and the exchange can nothing more',
      inCall({ call: talkingCard }, phoneWith(c1('talking')), []),
      ONE_CALL,
    ],
    [
      'talking, and the exchange only sends on',
      inCall({ call: talkingCard }, phoneWith(c1('talking')), ['blind-transfer']),
      [...ONE_CALL, 'transfer', 'transfer-now'],
    ],
    ['on hold', inCall({ call: heldCard }, phoneWith(c1('held'))), ['mute', 'hold', 'hang-up', ...SENDING]],
    ['being transferred', transferring, ['mute', 'take-back']],
    ['the second is being called', dialling, [...ONE_CALL, ...TWO_ENDS]],
    ['two calls, with the second in front', consulting, [...ONE_CALL, 'swap', 'join', 'confer', ...TWO_ENDS]],
    ['two calls, with the first in front', swapped, [...ONE_CALL, 'swap', 'join', 'confer', ...TWO_ENDS]],
    [
      'two calls, and the exchange mixes nothing',
      inCall({ call: heldCard, second: aSecond() }, phoneWith(c1('held'), c2('talking')), ['attended-transfer']),
      [...ONE_CALL, 'swap', 'join', ...TWO_ENDS],
    ],
    ['conference', conference, ['mute', 'keypad', 'join', ...TWO_ENDS]],
    ['being asked about somebody else’s call', asked, ONE_CALL],
    ['after having got that call', received, [...ONE_CALL, ...SENDING]],
    ['two calls without the server', { ...consulting, socket: 'down' }, [...ONE_CALL, 'swap']],
    ['talking without the server', { ...talking, socket: 'down' }, ONE_CALL],
  ];
  for (const [what, view, names] of cases) {
    it(what, () => {
      assert.deepEqual(
        possible(view),
        NAMES.filter((name) => names.includes(name)),
      );
    });
  }

  it('a hold that is not confirmed keeps from sending, swapping and holding again', () => {
    const changing = phoneWith({ ...c1('talking'), changingHold: true });
    const view = inCall({ call: talkingCard }, changing);
    assert.deepEqual([controls(view).transfer, controls(view).hold], ['desk:why.holding', 'desk:why.holding']);
  });
  it('a call whose audio is not back yet cannot be sent on', () => {
    assert.equal(controls(inCall({ call: talkingCard }, phoneWith())).transfer, 'desk:why.audio-restoring');
  });
  it('a person who may not dial cannot dial a second call either', () => {
    const view = { ...talking, permissions: { canDial: false, canSchedule: true } };
    assert.equal(controls(view)['dial-second'], 'desk:why.no-permission');
    assert.equal(controls(view).consult, null);
  });
});

describe('which session of the phone is which call', () => {
  it('is told by the ids the call is known by', () => {
    assert.equal(sessionOf(consulting, consulting.desk?.call ?? null)?.state, 'held');
    assert.equal(sessionOf(consulting, consulting.desk?.second ?? null)?.state, 'talking');
    assert.equal(sessionOf(received, received.desk?.call ?? null)?.callId, 'c2');
  });
  it('is the only one there is, where the phone was told no id', () => {
    const view = inCall({ call: talkingCard }, phoneWith(aPhoneCall({ callId: null, state: 'talking' })));
    assert.equal(sessionOf(view, talkingCard)?.state, 'talking');
  });
  it('the one in front is the one that is talked in', () => {
    assert.deepEqual([talking, consulting, swapped].map(frontCall), ['main', 'second', 'main']);
  });
  it('a first call that waits for a second is not one without audio', () => {
    const answering = inCall(
      { call: heldCard, second: aSecond({ state: 'dialling' }) },
      phoneWith(c1('held'), c2('answering')),
    );
    assert.equal(isRestoringAudio(answering), false);
    assert.equal(isRestoringAudio(inCall({ call: heldCard, second: aSecond() }, phoneWith(c2('talking')))), true);
  });
  it('leaving the page is asked about in a call, before its audio is back too', () => {
    assert.equal(hasCallInHand(aView()), false);
    assert.equal(hasCallInHand(talking), true);
    assert.equal(hasCallInHand(inCall({ call: talkingCard }, phoneWith())), true);
    const following = aDesk({ ...talking.desk, phoneHolder: OTHER_PAGE });
    assert.equal(hasCallInHand({ ...talking, desk: following, phone: phoneWith() }), false);
  });
});

describe('what is announced of calls in hand', () => {
  const gone = aView({ desk: aDesk({ capabilities: ALL }) });
  const wrapUp = aView({ desk: aDesk({ agent: anAgent({ status: 'wrap-up' }), call: aCard({ state: 'ended' }) }) });
  const onlySecond = inCall(
    { call: aCard({ callId: 'c2', direction: 'consult', state: 'talking', answeredAt: 4500, customer: null }) },
    phoneWith(c2('talking')),
  );
  const held = inCall({ call: heldCard, agent: anAgent({ status: 'on-hold' }) }, phoneWith(c1('held')));
  const ringingConsult = inCall(
    { call: { ...asked.desk!.call!, state: 'offered', answeredAt: null }, agent: anAgent({ status: 'offered' }) },
    phoneWith({ ...c2('ringing'), autoAnswer: false }),
  );
  const cases: readonly (readonly [string, DeskView, DeskView, readonly Announcement['kind'][]])[] = [
    ['hold', held, talking, ['held']],
    ['resume', talking, held, ['resumed']],
    ['a transfer that begins', transferring, held, ['transferring']],
    ['a transfer that failed', held, transferring, ['transfer-failed']],
    ['a transfer that was done', gone, transferring, ['transferred', 'status']],
    ['a customer who hung up meanwhile', wrapUp, transferring, ['ended', 'status']],
    ['a second call', dialling, held, ['second-dialled']],
    ['its answer', consulting, dialling, ['second-answered']],
    ['a swap, and back', swapped, consulting, ['in-front']],
    ['a swap back', consulting, swapped, ['in-front']],
    ['a conference', conference, consulting, ['conference']],
    ['somebody who left it', talking, conference, ['conference-left']],
    ['the end of the second call', held, consulting, ['second-ended']],
    ['the end of the first call', onlySecond, consulting, ['main-ended']],
    ['an attended transfer', gone, consulting, ['transferred', 'status']],
    ['leaving a conference', gone, conference, ['transferred', 'status']],
    ['being asked', ringingConsult, aView(), ['ringing-consult']],
    ['getting the call one was asked about', received, asked, ['received']],
  ];
  for (const [what, view, before, kinds] of cases) {
    it(`${what}, once`, () => {
      assert.deepEqual(
        announcements(view, before).map(({ kind }) => kind),
        kinds,
      );
      assert.deepEqual(announcements(view, view), []);
    });
  }
  it('with the names of those it is about', () => {
    assert.deepEqual(announcements(transferring, held), [{ kind: 'transferring', name: 'Bruno Lima' }]);
    assert.deepEqual(announcements(swapped, consulting), [{ kind: 'in-front', name: 'Maria' }]);
    assert.deepEqual(announcements(consulting, swapped), [{ kind: 'in-front', name: 'Bruno Lima' }]);
    assert.deepEqual(announcements(ringingConsult, aView()), [
      { kind: 'ringing-consult', name: 'Ana Souza', customer: 'Maria' },
    ]);
  });
});

const BRUNO: DeskTarget = { kind: 'agent', agentId: 9 };

/** The page's parts as they are for the class: a state, a server that says yes or no, and a phone that does as it is told. */
class Rig {
  readonly log: string[] = [];
  readonly refused: string[] = [];
  readonly handling: CallHandling;
  view: DeskView;
  refuses: Partial<Record<ClientEventName, string>> = {};
  refusesHold = false;
  onSend: (event: ClientEventName) => void = () => undefined;
  #calls: readonly PhoneCallSnapshot[];
  #later: (() => void)[] = [];

  constructor(view: DeskView) {
    this.view = view;
    this.#calls = view.phone.calls;
    const current = (): DeskView => this.view;
    const done = (line: string): Promise<void> => {
      this.log.push(line);
      return Promise.resolve();
    };
    this.handling = new CallHandling({
      t: (key) => key,
      store: {
        get view() {
          return current();
        },
      },
      link: {
        send: (event, payload) => {
          this.log.push(`${event} ${JSON.stringify(payload)}`);
          this.onSend(event);
          const message = this.refuses[event];
          if (message === undefined) return Promise.resolve(null as never);
          return Promise.reject(new CommandError({ code: 'conflict', message, field: null }));
        },
      },
      phone: {
        snapshot: () => phoneWith(...this.#calls),
        accept: () => done('accept'),
        reject: () => done('reject'),
        hangUp: (callId) => done(`hang up ${callId ?? '-'}`),
        setHeld: (held, callId) => this.#setHeld(held, callId),
        setMuted: (muted) => void done(`mute ${String(muted)}`),
        sendTones: (tones) => done(`tones ${tones}`),
        setConference: (on) => done(`conference ${String(on)}`),
      },
      keySound: () => undefined,
      refused: (sentence) => this.refused.push(sentence),
      later: (_ms, run) => this.#later.push(run),
    });
  }

  elapse(): void {
    for (const run of this.#later.splice(0)) run();
  }

  async #setHeld(held: boolean, callId: string | undefined): Promise<void> {
    this.log.push(`${held ? 'hold' : 'resume'} ${callId ?? '-'}`);
    await Promise.resolve();
    if (this.refusesHold) throw new Error('refused');
    const id = callId ?? foreground(this.#calls)?.callId;
    this.#calls = this.#calls.map((call) =>
      call.callId === id ? { ...call, state: held ? 'held' : 'talking' } : call,
    );
  }
}

describe('handling of calls', () => {
  it('puts the customer on hold before the call is sent on', async () => {
    const rig = new Rig(talking);
    await rig.handling.transfer(BRUNO);
    assert.deepEqual(rig.log, ['hold c1', 'call:transfer {"callId":"c1","target":{"kind":"agent","agentId":9}}']);
  });
  it('sends nothing on when the hold is refused', async () => {
    const rig = new Rig(talking);
    rig.refusesHold = true;
    await assert.rejects(rig.handling.consult(BRUNO), { message: 'desk:notice.hold-refused' });
    assert.deepEqual(rig.log, ['hold c1']);
  });
  it('gives the customer back when the server refuses', async () => {
    const rig = new Rig(talking);
    rig.refuses = { 'call:transfer': 'Bruno não está livre.' };
    await assert.rejects(rig.handling.transfer(BRUNO), { message: 'Bruno não está livre.' });
    assert.deepEqual(rig.log.at(-1), 'resume c1');
  });
  it('leaves a customer on hold who was on hold before', async () => {
    const rig = new Rig(inCall({ call: heldCard }, phoneWith(c1('held'))));
    rig.refuses = { 'call:consult': 'não' };
    await assert.rejects(rig.handling.consult(BRUNO));
    assert.equal(rig.log.length, 1, 'neither held nor resumed');
  });
  it('does not resume over a transfer whose answer was late', async () => {
    const rig = new Rig(talking);
    rig.refuses = { 'call:transfer': 'tarde' };
    rig.onSend = () => (rig.view = transferring);
    await assert.rejects(rig.handling.transfer(BRUNO));
    assert.ok(!rig.log.includes('resume c1'));
  });
  it('takes a call back, and the customer is talked to again', async () => {
    const rig = new Rig(transferring);
    await rig.handling.takeBack();
    assert.deepEqual(rig.log, ['call:take-back {"callId":"c1"}', 'resume c1']);
  });
  it('says why it cannot be taken back, and changes nothing', async () => {
    const rig = new Rig(transferring);
    rig.refuses = { 'call:take-back': 'Bruno já atendeu.' };
    await rig.handling.takeBack();
    assert.deepEqual([rig.refused, rig.log.length], [['Bruno já atendeu.'], 1]);
  });
  it('swaps: who is talked to waits before the other is back', async () => {
    const rig = new Rig(consulting);
    await rig.handling.swap();
    assert.deepEqual(rig.log, ['hold c2', 'resume c1']);
    const back = new Rig(swapped);
    await back.handling.swap();
    assert.deepEqual(back.log, ['hold c1', 'resume c2']);
  });
  it('does not let both hear the agent when the first hold is refused', async () => {
    const rig = new Rig(consulting);
    rig.refusesHold = true;
    await rig.handling.swap();
    assert.deepEqual([rig.log, rig.refused], [['hold c2'], ['desk:notice.hold-refused']]);
  });
  it('joins and confers the first call', async () => {
    const rig = new Rig(consulting);
    await rig.handling.confer();
    await rig.handling.join();
    assert.deepEqual(rig.log, ['call:confer {"callId":"c1"}', 'call:join {"callId":"c1"}']);
  });
  it('hangs up the one in front, or the one that is meant', async () => {
    const rig = new Rig(consulting);
    await rig.handling.hangUp();
    await rig.handling.hangUpMain();
    await rig.handling.hangUpSecond();
    assert.deepEqual(
      rig.log,
      ['c2', 'c1', 'c2'].map((callId) => `call:hang-up ${JSON.stringify({ callId })}`),
    );
  });
  it('lets the phone hang up by itself when the server’s word had no effect', async () => {
    const rig = new Rig(received);
    await rig.handling.hangUp();
    rig.elapse();
    assert.deepEqual(rig.log, ['call:hang-up {"callId":"c1"}', 'hang up c2']);
  });
  it('lets the phone hang up when the server is away', async () => {
    const rig = new Rig(talking);
    rig.refuses = { 'call:hang-up': 'fora' };
    await rig.handling.hangUp();
    assert.deepEqual([rig.log.at(-1), rig.refused], ['hang up c1', []]);
  });
  it('follows the conference as the server tells it, once each way', async () => {
    const rig = new Rig(consulting);
    await rig.handling.followConference();
    rig.view = conference;
    await rig.handling.followConference();
    await rig.handling.followConference();
    rig.view = talking;
    await rig.handling.followConference();
    assert.deepEqual(rig.log, ['conference true', 'resume c1', 'conference false']);
  });
});
