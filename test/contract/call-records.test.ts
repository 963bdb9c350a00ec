import assert from 'node:assert/strict';
import { type CallEvent, type CallFilter, type JournalEntry } from '../../src/modules/calls/index.js';
import { advance, startedCall } from '../../src/modules/calls/call.domain.js';
import { ANA, BRUNO, CUSTOMER_NUMBER, CentreRig, NOON, SUPORTE, VENDAS } from '../support/centre-rig.js';

interface Past {
  readonly callId: string;
  readonly at: number;
  readonly queueId?: number;
  readonly agentId?: number | null;
  readonly number?: string;
  readonly customerId?: number;
}

function past({
  callId,
  at,
  queueId = VENDAS,
  agentId = null,
  number = CUSTOMER_NUMBER,
  customerId,
}: Past): JournalEntry {
  const call = startedCall({
    callId,
    direction: 'inbound',
    number,
    customer: customerId === undefined ? null : { id: customerId, name: '' },
    queueId,
    queueName: '',
    agentId,
    startedAt: at,
  });
  const events: readonly CallEvent[] = [
    ...(agentId === null ? [] : [{ type: 'answered', at, agentId } as const]),
    { type: 'ended', at: at + 1000, by: 'customer', cause: 'hung-up' },
  ];
  return { kind: 'call', call: events.reduce((now, event) => advance(now, event) ?? now, call) };
}

describe('records of calls', () => {
  let rig: CentreRig;
  beforeEach(async () => {
    rig = await CentreRig.start();
    rig.journal.append([
      past({ callId: 'a', at: NOON, agentId: ANA, customerId: 1 }),
      past({ callId: 'b', at: NOON + 1000, agentId: BRUNO, number: '+5511988887777' }),
      past({ callId: 'c', at: NOON + 2000, queueId: SUPORTE, agentId: ANA }),
      past({ callId: 'd', at: NOON + 3000, customerId: 1 }),
    ]);
    await rig.journal.flush();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const list = async (filter: Partial<CallFilter> = {}): Promise<readonly string[]> => {
    const { calls } = await rig.records.list({ from: NOON, to: NOON + 60_000, page: 1, ...filter });
    return calls.map(({ callId }) => callId);
  };

  it('are listed from the newest, with their names', async () => {
    assert.deepEqual(await list(), ['d', 'c', 'b', 'a']);
    const { calls, total } = await rig.records.list({ from: NOON, to: NOON + 1, page: 1 });
    assert.equal(total, 1);
    assert.deepEqual(
      [calls[0]?.queue, calls[0]?.agent, calls[0]?.customer],
      [
        { id: VENDAS, name: 'Vendas' },
        { id: ANA, name: 'Ana' },
        { id: 1, name: 'Beatriz Nunes' },
      ],
    );
  });

  it('are found by time, queue, agent, customer and part of the number', async () => {
    assert.deepEqual(await list({ from: NOON + 1000, to: NOON + 3000 }), ['c', 'b']);
    assert.deepEqual(await list({ queueId: SUPORTE }), ['c']);
    assert.deepEqual(await list({ agentId: ANA }), ['c', 'a']);
    assert.deepEqual(await list({ customerId: 1 }), ['d', 'a']);
    assert.deepEqual(await list({ number: '98888-7777' }), ['b']);
    assert.deepEqual(await list({ number: '%' }), ['d', 'c', 'b', 'a'], 'what has no digit is no number');
  });

  it('come in pages', async () => {
    assert.deepEqual(await list({ pageSize: 3 }), ['d', 'c', 'b']);
    assert.deepEqual(await list({ pageSize: 3, page: 2 }), ['a']);
    const { total, pageSize } = await rig.records.list({ from: 0, to: NOON * 2, page: 9, pageSize: 100_000 });
    assert.deepEqual([total, pageSize], [4, 200]);
  });

  it('give the last ones of a customer, and none for an id that is none', async () => {
    assert.deepEqual(
      (await rig.records.lastOfCustomer(1, 1)).map(({ callId }) => callId),
      ['d'],
    );
    assert.equal(await rig.records.find('nothing'), null);
  });
});
