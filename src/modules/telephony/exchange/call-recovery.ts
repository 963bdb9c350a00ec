import { Bridge } from './bridge.js';
import { type CallContext } from './call-context.js';
import { LiveCall } from './call-book.js';
import { type CallStore, type StoredCall } from './exchange.port.js';

/**
 * Takes up the calls that had not ended when the process did: who talked is waited for, consultations and conferences
 * included, all else has been dropped. A transfer that rang is not stored, so its agent has the call as before.
 */
export async function takeUpCalls(context: CallContext, store: CallStore): Promise<void> {
  const rows = await store.listLive();
  const talking = rows.filter((row) => row.state === 'talking' && row.extension !== null);
  for (const row of talking) takeUp(context, row, new Set(talking.map(({ callId }) => callId)));
  for (const row of rows.filter((one) => !talking.includes(one))) {
    await store.update({ ...row, state: 'ended', endedAt: context.now(), endedBy: 'system', cause: 'dropped' });
    context.emit({ type: 'call-ended', callId: row.callId, by: 'system', cause: 'dropped' });
  }
}

function takeUp(context: CallContext, row: StoredCall, live: ReadonlySet<string>): void {
  const call = new LiveCall({ ...row, state: 'on-hold' });
  call.answeredAt = row.answeredAt;
  call.peer = row.peer;
  call.conference = row.conference !== null && live.has(row.conference) ? row.conference : null;
  call.alsoKnownAs = row.alsoKnownAs;
  const bridge = new Bridge(context, call, { agent: null, customer: null });
  call.phase = bridge;
  context.book.restore(call);
  bridge.awaitPhones();
}
