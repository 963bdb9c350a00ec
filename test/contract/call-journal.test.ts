import assert from 'node:assert/strict';
import { type JournalEntry } from '../../src/modules/calls/index.js';
import { SequelizeCallJournal } from '../../src/modules/calls/index.js';
import { startedCall } from '../../src/modules/calls/call.domain.js';
import { systemSchedule } from '../../src/platform/schedule.js';
import { ANA, CentreRig, NOON, VENDAS, aGate, until, type LogLine } from '../support/centre-rig.js';

function started(callId: string, customer: { id: number; name: string } | null = null): readonly JournalEntry[] {
  const call = startedCall({
    callId,
    direction: 'inbound',
    number: '+5583999990001',
    customer,
    queueId: VENDAS,
    queueName: 'Vendas',
    agentId: null,
    startedAt: NOON,
  });
  return [{ kind: 'call', call }, happened(callId, 'started')];
}

function happened(callId: string, type: 'started' | 'offered' | 'answered', at = NOON): JournalEntry {
  return { kind: 'call-event', callId, type, at, agentId: null, detail: null };
}

function moved(agentId: number, version: number): JournalEntry {
  return { kind: 'agent-state', agentId, state: '{}', version, since: NOON };
}

describe('call journal', () => {
  let rig: CentreRig;
  let journal: SequelizeCallJournal;
  let log: LogLine[];
  let writes: number;
  /** Asked before each transaction; what it returns is thrown instead. */
  let fail: () => Error | null;

  beforeEach(async () => {
    rig = await CentreRig.start();
    log = [];
    writes = 0;
    fail = () => null;
    const write = rig.db.write.bind(rig.db);
    rig.db.write = async (work) => {
      writes += 1;
      const failure = fail();
      if (failure !== null) throw failure;
      return write(work);
    };
    journal = newJournal();
  });
  afterEach(async () => {
    fail = () => null;
    await rig[Symbol.asyncDispose]();
  });

  function newJournal(options: { readonly flushMs?: number; readonly maxPending?: number } = {}): SequelizeCallJournal {
    const note = (level: LogLine['level']) => (context: object, message: string) => {
      log.push({ level, context, message });
    };
    return new SequelizeCallJournal({
      db: rig.db,
      schedule: systemSchedule,
      log: { info: note('info'), error: note('error') },
      flushMs: 1,
      ...options,
    });
  }

  const eventsOf = (callId: string): Promise<readonly { readonly type: string }[]> =>
    rig.rows(`SELECT type FROM call_events WHERE call_id = '${callId}' ORDER BY id`);

  it('stores many entries in one transaction, in their order', async () => {
    for (let index = 0; index < 100; index += 1) journal.append(started(`c${index}`));
    await journal.flush();
    assert.equal(writes, 1);
    const rows = await rig.rows<{ call_id: string }>('SELECT call_id FROM call_events ORDER BY id');
    assert.deepEqual(
      rows.map(({ call_id }) => call_id),
      Array.from({ length: 100 }, (_, index) => `c${index}`),
    );
  });

  it('writes by itself, without being asked to', async () => {
    journal.append(started('c1'));
    await until(async () => {
      assert.equal((await rig.rows('SELECT id FROM calls')).length, 1);
    });
  });

  it('tries again what failed, before anything behind it, and loses nothing', async () => {
    let failures = 3;
    fail = () => ((failures -= 1) >= 0 ? new Error('disk full') : null);
    journal.append([...started('c1'), moved(ANA, 1)]);
    const first = journal.flush();
    journal.append([happened('c1', 'offered'), moved(ANA, 2)]);
    await first;
    await journal.flush();
    assert.deepEqual(
      (await eventsOf('c1')).map(({ type }) => type),
      ['started', 'offered'],
    );
    const [state] = await rig.rows<{ version: number }>('SELECT version FROM agent_states');
    assert.equal(state?.version, 2);
    assert.equal(log.filter(({ message }) => message.includes('could not be written')).length, 3);
  });

  it('leaves out, with a word, only what the database will never take', async () => {
    journal.append([...started('c1'), moved(99, 1), happened('ghost', 'offered'), moved(ANA, 5)]);
    journal.append([happened('c1', 'answered')]);
    await journal.flush();
    assert.deepEqual(
      (await eventsOf('c1')).map(({ type }) => type),
      ['started', 'answered'],
    );
    const states = await rig.rows<{ agent_id: number }>('SELECT agent_id FROM agent_states');
    assert.deepEqual(states, [{ agent_id: ANA }]);
    assert.deepEqual(
      log.map(({ context }) => ('entry' in context ? (context.entry as JournalEntry).kind : null)),
      ['agent-state', 'call-event'],
    );
  });

  it('keeps a call whose customer was deleted meanwhile', async () => {
    journal.append(started('c1', { id: 4711, name: 'Ninguém' }));
    await journal.flush();
    assert.deepEqual(await rig.rows('SELECT id, customer_id FROM calls'), [{ id: 'c1', customer_id: null }]);
    assert.equal((await eventsOf('c1')).length, 1);
    assert.deepEqual(log, []);
  });

  it('says when it falls behind, and when it has caught up', async () => {
    journal = newJournal({ maxPending: 10 });
    const gate = aGate();
    let blocked = true;
    fail = () => (blocked ? new Error('no database') : null);
    for (let index = 0; index < 6; index += 1) journal.append(started(`c${index}`));
    assert.equal(journal.isBehind, true);
    blocked = false;
    gate.open();
    await journal.flush();
    assert.equal(journal.isBehind, false);
    assert.deepEqual(
      log.map(({ message }) => message.split(':')[0]),
      ['the journal falls behind', 'the journal has caught up'],
    );
  });

  it('is stored whole when it is closed', async () => {
    journal = newJournal({ flushMs: 60_000 });
    for (let index = 0; index < 1200; index += 1) journal.append(started(`c${index}`));
    await journal[Symbol.asyncDispose]();
    assert.equal((await rig.rows('SELECT id FROM calls')).length, 1200);
  });

  it('does not hang nor keep silent when it is closed and cannot be stored', async () => {
    fail = () => new Error('no database');
    journal.append(started('c1'));
    await assert.rejects(journal[Symbol.asyncDispose](), /2 entries of the journal could not be stored/);
    assert.equal(log.filter(({ message }) => message === 'the journal could not be stored').length, 1);
  });

  it('closes the interval it opened, in the same batch or a later one', async () => {
    const opens = { status: 'available', reasonId: null, callId: null, pause: null } as const;
    const interval = (at: number, closes: number | null, end = false): JournalEntry => {
      return { kind: 'interval', agentId: ANA, at, closes, opens: end ? null : opens };
    };
    journal.append([interval(NOON, null), interval(NOON + 1000, NOON)]);
    await journal.flush();
    journal.append([interval(NOON + 2000, NOON + 1000), interval(NOON + 2000, NOON + 2000)]);
    await journal.flush();
    journal.append([interval(NOON + 3000, NOON + 2000, true)]);
    await journal.flush();
    const rows = await rig.rows<{ open: number | string; n: number }>(
      'SELECT SUM(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END) AS open, COUNT(*) AS n FROM agent_intervals',
    );
    assert.deepEqual([Number(rows[0]!.open), rows[0]!.n], [0, 4]);
  });
});

describe('wishes while the journal cannot be written', () => {
  it('are refused once it falls behind, while facts of telephony are taken', async () => {
    await using rig = await CentreRig.start({
      journal: { append: () => undefined, flush: () => Promise.resolve(), isBehind: true },
    });
    await assert.rejects(rig.centre.startShift(ANA), { key: 'calls:refused.busy-saving' });
    await rig.centre.pageConnected(ANA);
    rig.enters('c1', 'vendas');
    assert.equal(rig.centre.liveCall('c1')?.state, 'waiting');
  });
});
