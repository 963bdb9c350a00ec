import assert from 'node:assert/strict';
import { Desks, type DeskCall, type DeskRecords } from '../../src/modules/desk/desk.service.js';
import { type AgentSnapshot } from '../../src/shared/agent-state.js';
import { type CallbackView, type DeskState } from '../../src/shared/desk.js';

const ANA = 7;
const CALL: DeskCall = {
  callId: 'c1',
  direction: 'inbound',
  number: '+5583999990001',
  customer: { id: 3, name: 'Beatriz Nóbrega' },
  queueName: 'Suporte',
  state: 'offered',
  startedAt: 10_000,
  waited: { since: 10_000, until: 58_400 },
  answeredAt: null,
  phoneCallIds: ['c1'],
  transfer: null,
  isConference: false,
  about: null,
};

function anAgent(): AgentSnapshot {
  return {
    agentId: ANA,
    name: 'Ana Souza',
    extension: '1001',
    status: 'available',
    since: 0,
    blockers: [],
    missedCalls: 0,
    phoneFailedAt: null,
    pauseReason: null,
    nextPause: null,
    call: null,
    loggedInQueueIds: [1],
    phoneRegistered: true,
    pageConnected: true,
    shiftStartedAt: 0,
    wrapUpEndsAt: null,
    version: 1,
  };
}

interface Rig {
  desks: Desks;
  sent: DeskState[];
  reads: Record<string, number>;
  setCall: (call: DeskCall | null) => void;
  setCallbacks: (read: () => Promise<readonly CallbackView[]>) => void;
  sentOne: (n: number) => Promise<DeskState>;
}

function aRig(now: () => number = () => 60_000): Rig {
  let call: DeskCall | null = null;
  let callbacks: () => Promise<readonly CallbackView[]> = () => Promise.resolve([]);
  const sent: DeskState[] = [];
  const waiting: (() => void)[] = [];
  const reads: Record<string, number> = { callbacks: 0, attendance: 0 };
  const records: DeskRecords = {
    queuesOf: () =>
      Promise.resolve([
        { id: 1, name: 'Suporte' },
        { id: 2, name: 'Vendas' },
      ]),
    pauseReasons: () => Promise.resolve([]),
    attendanceReasons: () => Promise.resolve({ subject: [], outcome: [] }),
    unfinishedOf: () => Promise.resolve([]),
    callbacksOf: () => {
      reads['callbacks'] = (reads['callbacks'] ?? 0) + 1;
      return callbacks();
    },
    callbackOfCall: () => Promise.resolve(null),
    attendanceOfCall: () => {
      reads['attendance'] = (reads['attendance'] ?? 0) + 1;
      return Promise.resolve(null);
    },
    consultedRecordOf: () => Promise.resolve(null),
    lastAttendancesOf: () => Promise.resolve([{ protocol: '1', at: 1, subject: 'Boleto', agentName: null }]),
    todayOf: () => Promise.resolve({ answered: 0, averageHandlingSeconds: null }),
  };
  const desks = new Desks({
    centre: {
      agent: () => anAgent(),
      callOf: () => call,
      secondOf: () => null,
      queue: () => null,
      link: () => ({ connected: true, since: 0, lastSeenAt: 0 }),
    },
    records,
    phoneOf: () => ({ phoneHolder: 'page-one', phoneDeviceId: 'office', phoneRequest: null, phoneSilence: null }),
    isOpen: () => true,
    capabilities: () => [],
    send: (_agentId, desk) => {
      sent.push(desk);
      for (const check of waiting) check();
    },
    now,
    logError: (error) => {
      throw error;
    },
  });
  return {
    desks,
    sent,
    reads,
    setCall: (next) => {
      call = next;
    },
    setCallbacks: (read) => {
      callbacks = read;
    },
    sentOne: (n) =>
      new Promise((resolve) => {
        const check = (): void => {
          const desk = sent[n - 1];
          if (desk !== undefined) resolve(desk);
        };
        waiting.push(check);
        check();
      }),
  };
}

describe('desks', () => {
  it('show the call with how long the customer waited and what the customer came for last', async () => {
    const { desks, setCall } = aRig();
    setCall(CALL);
    const desk = await desks.open(ANA);
    assert.equal(desk.call?.waitedSeconds, 48);
    assert.equal(desk.call.lastAttendances[0]?.subject, 'Boleto');
    assert.deepEqual(
      desk.queues.map((queue) => [queue.name, queue.loggedIn]),
      [
        ['Suporte', true],
        ['Vendas', false],
      ],
    );
  });

  it('show what the customer came for also when who calls is found only after the phone rings', async () => {
    const { desks, setCall, sentOne } = aRig();
    setCall({ ...CALL, customer: null });
    assert.deepEqual((await desks.open(ANA)).call?.lastAttendances, []);
    setCall(CALL);
    desks.changed(ANA);
    assert.equal((await sentOne(1)).call?.lastAttendances[0]?.subject, 'Boleto');
  });

  it('do not show a call that still waits in the queue', async () => {
    const { desks, setCall } = aRig();
    setCall({ ...CALL, state: 'waiting', waited: null });
    assert.equal((await desks.open(ANA)).call, null);
  });

  it('read the database once for many live changes of one call', async () => {
    const { desks, setCall, reads, sentOne } = aRig();
    setCall(CALL);
    await desks.open(ANA);
    desks.changed(ANA);
    await sentOne(1);
    setCall({ ...CALL, state: 'talking', answeredAt: 59_000 });
    desks.changed(ANA);
    assert.equal((await sentOne(2)).call?.state, 'talking');
    assert.deepEqual(reads, { callbacks: 1, attendance: 1 });
  });

  it('send what changed while they were being read, once more and not less', async () => {
    const { desks, setCall, sentOne } = aRig();
    desks.changed(ANA);
    setCall(CALL);
    desks.changed(ANA);
    desks.changed(ANA);
    await sentOne(1);
    assert.equal((await sentOne(2)).call?.state, 'offered');
  });

  it('forget a reading that was under way when the records changed', async () => {
    const { desks, setCallbacks, sentOne } = aRig();
    let release: (value: readonly CallbackView[]) => void = () => undefined;
    setCallbacks(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    desks.changed(ANA);
    const booked = { id: 9 } as CallbackView;
    setCallbacks(() => Promise.resolve([booked]));
    desks.recordsChanged(ANA);
    release([]);
    await sentOne(1);
    assert.deepEqual((await sentOne(2)).callbacks, [booked]);
    desks.changed(ANA);
    assert.deepEqual((await sentOne(3)).callbacks, [booked]);
  });

  it('number their states by the clock, so that a restarted server is not older than before', async () => {
    const { desks } = aRig(() => 1_000_000);
    const first = await desks.open(ANA);
    const second = await desks.open(ANA);
    assert.equal(first.version, 1_000_000);
    assert.equal(second.version, 1_000_001);
  });

  it('are read again after a reading that failed', async () => {
    const { desks, setCallbacks } = aRig();
    setCallbacks(() => Promise.reject(new Error('database gone')));
    await assert.rejects(desks.open(ANA), /database gone/);
    setCallbacks(() => Promise.resolve([]));
    assert.deepEqual((await desks.open(ANA)).callbacks, []);
  });
});
