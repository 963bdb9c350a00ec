import assert from 'node:assert/strict';
import { AmiMessage } from '../../src/modules/telephony/asterisk/ami-parser.js';
import { CallBook } from '../../src/modules/telephony/asterisk/call-book.js';
import { CallTracker } from '../../src/modules/telephony/asterisk/call-tracker.js';
import { type ChannelRow } from '../../src/modules/telephony/asterisk/channel-list.js';
import { HandOver } from '../../src/modules/telephony/asterisk/hand-over.js';
import { MemberTracker } from '../../src/modules/telephony/asterisk/member-tracker.js';
import { newLeg } from '../../src/modules/telephony/asterisk/tracked-call.js';
import { type DialRequest, type TelephonyEvent } from '../../src/modules/telephony/telephony.port.js';

const ANA = '+5511999990001';
const CALLER = { Uniqueid: '1.1', Channel: 'PJSIP/trunk-00000001' };
const AGENT = { DestUniqueid: '1.2', DestChannel: 'PJSIP/1001-00000002', Interface: 'PJSIP/1001' };

type Said = readonly [event: string, fields?: Readonly<Record<string, string>>];

const toMessage = ([event, fields = {}]: Said): AmiMessage =>
  new AmiMessage([['Event', event] as const, ...Object.entries(fields)]);

const JOINED: Said = ['QueueCallerJoin', { ...CALLER, Queue: 'Vendas', CallerIDNum: ANA }];
const CALLED: Said = ['AgentCalled', { ...CALLER, ...AGENT, Queue: 'Vendas' }];
const CONNECTED: Said = ['AgentConnect', { ...CALLER, ...AGENT, Queue: 'Vendas' }];
const LEFT: Said = ['QueueCallerLeave', { ...CALLER, Queue: 'Vendas' }];
const HELD: Said = ['Hold', { Uniqueid: '1.2' }];
const RESUMED: Said = ['Unhold', { Uniqueid: '1.2' }];
const ENDED: Said = ['Hangup', { ...CALLER, Cause: '16' }];
const asked = (id: string, cause = ''): Said => ['HangupRequest', { Uniqueid: id, Cause: cause }];

const REQUEST: DialRequest = {
  ...{ callId: 'our-id', extension: '1001', number: ANA, direction: 'callback', autoAnswer: true },
  ...{ agentRingSeconds: 15, customerRingSeconds: 30 },
};
const CREATED: Said = ['Newchannel', { Uniqueid: 'our-id', Channel: 'PJSIP/1001-00000001' }];
const RINGS: Said = ['DialBegin', { DestUniqueid: 'our-id' }];
const TAKEN: Said = ['DialEnd', { DestUniqueid: 'our-id', DialStatus: 'ANSWER' }];
const DIALLED: Said = ['DialBegin', { Uniqueid: 'our-id', DestUniqueid: '1.9' }];
const answered = (status: string): Said => ['DialEnd', { Uniqueid: 'our-id', DestUniqueid: '1.9', DialStatus: status }];
const GONE: Said = ['Hangup', { Uniqueid: 'our-id', Cause: '16' }];

describe('the calls of an Asterisk, told by its events', () => {
  let book: CallBook;
  let tracker: CallTracker;
  let kept: string[];
  let left: string[];
  let told: TelephonyEvent[];

  beforeEach(() => {
    told = [];
    kept = [];
    left = [];
    book = new CallBook({ emit: (event) => told.push(event), note: () => undefined, onEnded: () => undefined });
    const handOver = new HandOver({
      book,
      onKept: ({ callId }) => kept.push(callId),
      onNotKept: ({ callId }) => kept.push(`not ${callId}`),
      onNotTakenBack: () => undefined,
      onConferenceLeft: ({ callId }) => left.push(callId),
      onConferenceLost: () => undefined,
    });
    tracker = new CallTracker({ book, handOver });
  });

  function say(...events: readonly Said[]): void {
    for (const event of events) tracker.take(toMessage(event), 1000 + told.length);
  }
  const story = (): string[] => told.map(({ type }) => type);
  const ending = (): unknown => {
    const ended = told.find((event) => event.type === 'call-ended');
    return ended === undefined ? null : [ended.by, ended.cause];
  };

  it('are told once, though every event comes twice', () => {
    const all = [JOINED, CALLED, LEFT, CONNECTED, HELD, RESUMED, asked('1.1'), ENDED];
    say(...all.flatMap((event) => [event, event]));
    assert.deepEqual(story(), [
      ...['call-started', 'call-offered', 'call-answered', 'call-held', 'call-resumed', 'call-ended'],
    ]);
    assert.deepEqual(ending(), ['customer', 'hung-up']);
    assert.deepEqual(book.all(), []);
  });

  it('leave no trace of channels that are nobody’s call', () => {
    say(['Newchannel', { Uniqueid: '7.7' }], ['DialBegin', { Uniqueid: '7.7', DestUniqueid: '7.8' }]);
    say(['Hold', { Uniqueid: '7.8' }], asked('7.7'), ['Hangup', { Uniqueid: '7.7' }], CONNECTED, CALLED, HELD, ENDED);
    assert.deepEqual(told, []);
    assert.equal(book.isEngaged('1001'), false);
  });

  for (const [what, events, expected] of [
    ['the customer hangs up in the queue', [asked('1.1'), LEFT], ['customer', 'abandoned']],
    ['the time is up', [LEFT], ['system', 'timed-out']],
    ['the agent hangs up', [CALLED, CONNECTED, asked('1.2')], ['agent', 'hung-up']],
    ['a leg is lost in the talk', [CALLED, LEFT, CONNECTED], ['system', 'dropped']],
    ['both hang up, the agent first', [CALLED, CONNECTED, asked('1.2'), asked('1.1')], ['agent', 'hung-up']],
    ['the customer gives up while it rings', [CALLED, asked('1.1'), LEFT], ['customer', 'abandoned']],
  ] as const) {
    it(`end with ${expected.join(', ')} when ${what}`, () => {
      say(JOINED, ...events, ENDED);
      assert.deepEqual(ending(), expected);
    });
  }

  for (const [cause, expected] of [
    ['17', 'rejected'],
    ['21', 'rejected'],
    ['19', 'no-answer'],
    ['20', 'unreachable'],
    ['', 'no-answer'],
  ] as const) {
    it(`are declined as ${expected} when the agent's phone gives the cause ${cause === '' ? 'none' : cause}`, () => {
      say(JOINED, CALLED);
      if (cause !== '') say(asked('1.2', cause));
      say(['DialEnd', { ...CALLER, ...AGENT, DialStatus: 'NOANSWER' }], ['AgentRingNoAnswer', { ...CALLER, ...AGENT }]);
      const declined = told.find((event) => event.type === 'call-declined');
      assert.equal(declined?.cause, expected);
      assert.equal(book.find('1.1')?.state, 'waiting');
      assert.equal(book.isEngaged('1001'), false);
    });
  }

  for (const [what, events, expected] of [
    ['is busy', [asked('1.9', '17'), answered('NOANSWER')], ['customer', 'busy']],
    ['rejects', [asked('1.9', '21'), answered('NOANSWER')], ['customer', 'rejected']],
    ['has a number that does not exist', [asked('1.9', '1'), answered('NOANSWER')], ['system', 'unreachable']],
    ['is congested', [answered('CONGESTION')], ['system', 'unreachable']],
    ['does not pick up', [answered('NOANSWER')], ['system', 'no-answer']],
    ['is rung when the agent hangs up', [asked('our-id'), answered('CANCEL')], ['agent', 'no-answer']],
    ['hangs up', [answered('ANSWER'), asked('1.9'), ['Hangup', { Uniqueid: '1.9' }]], ['customer', 'hung-up']],
  ] as const) {
    it(`dialled, end with ${expected.join(', ')} when the customer ${what}`, () => {
      book.expect(REQUEST);
      say(CREATED, RINGS, TAKEN, DIALLED, ...events, GONE);
      assert.deepEqual(ending(), expected);
    });
  }

  it('dialled, begin and end when there was not even a channel', () => {
    book.expect(REQUEST);
    assert.equal(book.isEngaged('1001'), true);
    const failure: Said = ['OriginateResponse', { Response: 'Failure', Channel: 'PJSIP/1001', Uniqueid: '<null>' }];
    say(failure, failure);
    assert.deepEqual(story(), ['call-started', 'call-declined', 'call-ended']);
    assert.deepEqual(ending(), ['system', 'not-taken']);
    assert.equal(book.isEngaged('1001'), false);
  });

  describe('whose agent’s phone is gone', () => {
    const silent = (Cause: string): Said => ['Hangup', { Uniqueid: '1.2', Cause }];
    const TALKING = [JOINED, CALLED, LEFT, CONNECTED];

    it('are kept when it fell silent, once', () => {
      say(...TALKING, silent('44'), silent('44'));
      assert.deepEqual([kept, story().at(-1), book.find('1.1')?.state], [['1.1'], 'call-held', 'on-hold']);
      assert.equal(book.isEngaged('1001'), true);
    });

    it('are not when it said goodbye, or the exchange let it go', () => {
      say(...TALKING, asked('1.2', '16'), silent('16'), ENDED);
      assert.deepEqual([kept, ending()], [[], ['agent', 'hung-up']]);
    });

    it('let go by an attended transfer out of a conference leave the customer alone', () => {
      say(...TALKING);
      const call = book.find('1.1');
      assert.ok(call !== null);
      call.conference = 'second';
      call.legs.set('9.9', newLeg({ kind: 'joining', extension: '1002', second: 'second' }));
      say(silent('16'));
      assert.deepEqual(left, []);
      call.legs.clear();
      call.agent = { id: '1.2', name: '' };
      book.add(call);
      say(asked('1.2', '16'), silent('16'));
      assert.deepEqual(left, ['1.1']);
    });

    it('wait for the next agent when the time is over, and are the same call', () => {
      say(...TALKING, silent('44'), JOINED, JOINED);
      const moved = told.at(-1);
      assert.ok(moved?.type === 'call-transferred');
      assert.deepEqual([moved.from, moved.queue, moved.how], ['1001', 'Vendas', 'agent-away']);
      assert.deepEqual([kept, book.isEngaged('1001')], [['1.1', 'not 1.1'], false]);
      assert.equal(story().filter((type) => type === 'call-transferred').length, 1);
      say(asked('1.1'), LEFT, ENDED);
      assert.deepEqual(ending(), ['customer', 'abandoned']);
    });
  });

  const row = (overrides: Partial<ChannelRow>): ChannelRow => ({
    ...{ uniqueId: '1.1', channel: 'PJSIP/trunk-00000001', isUp: true, bridgeId: '', callId: '1.1' },
    ...{ direction: 'inbound', number: ANA, queue: 'Vendas', startedAt: 500, answeredAt: null, isHeld: false },
    ...{ part: 'customer', isKept: false, agent: null, extension: null, consults: null, asksAgent: false },
    ...{ alsoKnownAs: [], from: null, target: null },
    ...overrides,
  });

  it('that are found running are taken up, unless they have just ended', () => {
    const leg = row({ uniqueId: '1.2', channel: 'PJSIP/1001-00000002', bridgeId: 'b', part: 'agent' });
    const rows = [row({ bridgeId: 'b', answeredAt: 700, isHeld: true }), leg, row({ uniqueId: '2.1', callId: '2.1' })];
    say(['Hangup', { Uniqueid: '2.1' }]);
    assert.deepEqual(tracker.reconcile(rows, [], 1000), []);
    assert.deepEqual(
      book.all().map((call) => call.toTelephonyCall()),
      [
        {
          ...{ callId: '1.1', direction: 'inbound', number: ANA, queue: 'Vendas', extension: '1001' },
          ...{ state: 'on-hold', startedAt: 500, answeredAt: 700 },
        },
      ],
    );
    say(RESUMED, asked('1.2'), ENDED);
    assert.deepEqual(story(), ['call-resumed', 'call-ended']);
    assert.deepEqual(ending(), ['agent', 'hung-up']);
  });

  it('that a list no longer has are reported, but not those that began after it was asked for', () => {
    say(JOINED);
    const before = book.all();
    say(['QueueCallerJoin', { Uniqueid: '3.1', Queue: 'Vendas', CallerIDNum: ANA }]);
    assert.deepEqual(
      tracker.reconcile([], before, 1000).map(({ callId }) => callId),
      ['1.1'],
    );
  });
});

describe('the members and phones of an Asterisk', () => {
  let tracker: MemberTracker;
  let told: TelephonyEvent[];

  beforeEach(() => {
    told = [];
    tracker = new MemberTracker((event) => told.push(event));
  });

  const say = (event: string, fields: Readonly<Record<string, string>>): void => {
    tracker.take(toMessage([event, { Interface: 'PJSIP/1001', Queue: 'Vendas', ...fields }]), 1000);
  };
  const contact = (status: string, uri: string): void => {
    tracker.take(toMessage(['ContactStatus', { ContactStatus: status, AOR: '1001', URI: uri }]), 1000);
  };
  const story = (): string[] => told.map(({ type }) => type);

  it('are told of once each, one pause for all queues', () => {
    for (const Queue of ['Vendas', 'Vendas', 'Suporte']) say('QueueMemberAdded', { Queue });
    for (const Queue of ['Vendas', 'Suporte']) say('QueueMemberPause', { Queue, Paused: '1', PausedReason: 'Almoço' });
    for (const Queue of ['Vendas', 'Suporte']) say('QueueMemberPause', { Queue, Paused: '0' });
    assert.deepEqual(story(), ['member-logged-in', 'member-logged-in', 'member-paused', 'member-unpaused']);
  });

  it('keep a registration while a new phone takes the place of the old one', () => {
    contact('Created', 'sip:old');
    contact('Created', 'sip:new');
    contact('Removed', 'sip:old');
    assert.deepEqual(story(), ['phone-registered']);
    contact('Removed', 'sip:new');
    contact('Removed', 'sip:new');
    assert.deepEqual(story(), ['phone-registered', 'phone-unregistered']);
  });

  it('are healed by a list, and only what differs is told', () => {
    say('QueueMemberAdded', {});
    contact('Created', 'sip:a');
    told.length = 0;
    const members = [
      { queue: 'Suporte', extension: '1002', pausedFor: 'Banheiro', isFixed: false },
      { queue: 'Vendas', extension: '1001', pausedFor: null, isFixed: false },
    ];
    tracker.reconcile({ members, contacts: new Map([['1002', new Set(['sip:b'])]]) }, 1000);
    assert.deepEqual(story(), ['phone-unregistered', 'phone-registered', 'member-logged-in', 'member-paused']);
    told.length = 0;
    tracker.reconcile({ members, contacts: new Map([['1002', new Set(['sip:b'])]]) }, 1000);
    assert.deepEqual(told, []);
  });

  it('remember a pause of somebody in no queue until it ends', () => {
    tracker.pauseOutside('1001', 'Almoço', 1000);
    tracker.reconcile({ members: [], contacts: new Map() }, 1000);
    assert.deepEqual(tracker.listPaused(), [{ extension: '1001', reason: 'Almoço' }]);
    tracker.pauseOutside('1001', null, 1000);
    assert.deepEqual(story(), ['member-paused', 'member-unpaused']);
  });
});
