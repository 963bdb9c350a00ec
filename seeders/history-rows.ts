import { MAX_ATTEMPTS, type SeedCallback } from './callback-story.js';
import { type SeedCall } from './day-record.js';
import { type History } from './history.js';
import { type Row, type RowWriter } from './row-writer.js';

export async function seedHistory(writer: RowWriter, history: History): Promise<void> {
  await writer.insert(
    'calls',
    history.calls.map((call) => callRow(writer, call)),
  );
  await writer.insert(
    'call_parts',
    history.calls
      .map((call) => ({ id: call.id, row: callRow(writer, call) }))
      .filter(({ row }) => row['answered_at'] !== null)
      .map(({ id, row }) => ({
        call_id: id,
        part: 0,
        agent_id: row['agent_id'] ?? null,
        started_at: row['answered_at'] ?? null,
        ended_at: row['ended_at'] ?? null,
        talked_ms: row['talked_ms'] ?? 0,
        held_ms: row['held_ms'] ?? 0,
        wrap_up_ms: row['wrap_up_ms'] ?? 0,
      })),
  );
  await writer.insert(
    'call_events',
    // In the order things happened over all calls, as they would have been written.
    history.calls
      .flatMap((call) => call.events.map((event) => ({ ...event, callId: call.id })))
      .sort((a, b) => a.at - b.at)
      .map(({ callId, type, at, agentId, detail }) => ({
        call_id: callId,
        type,
        at: writer.moment(at),
        agent_id: agentId,
        detail,
      })),
  );
  await writer.insert(
    'agent_intervals',
    [...history.intervals]
      .sort((a, b) => a.startedAt - b.startedAt)
      .map((interval) => ({
        agent_id: interval.agentId,
        status: interval.status,
        reason_id: interval.reasonId,
        call_id: interval.callId,
        started_at: writer.moment(interval.startedAt),
        ended_at: writer.moment(interval.endedAt),
      })),
  );
  await writer.insert(
    'attendances',
    history.attendances.map((attendance) => ({
      protocol: attendance.protocol,
      call_id: attendance.callId,
      customer_id: attendance.customerId,
      agent_id: attendance.agentId,
      queue_id: attendance.queueId,
      state: 'finished',
      subject: attendance.subject,
      description: attendance.description,
      opened_at: writer.moment(attendance.openedAt),
      saved_at: writer.moment(attendance.finishedAt),
      finished_at: writer.moment(attendance.finishedAt),
      version: 0,
    })),
  );
  await writer.insert(
    'protocol_counters',
    [...history.protocolCounters].map(([day, last]) => ({ day, last_number: last })),
  );
  await writer.insert(
    'callbacks',
    history.callbacks.map((callback, i) => callbackRow(writer, i + 1, callback)),
  );
  await writer.insert(
    'callback_attempts',
    history.callbacks.flatMap(({ attempts }, i) => attempts.map((call, n) => attemptRow(writer, i + 1, n + 1, call))),
  );
}

function callRow(writer: RowWriter, call: SeedCall): Row {
  const { startedAt, answeredAt, endedAt, heldMs } = call;
  const until = answeredAt ?? endedAt ?? startedAt;
  return {
    id: call.id,
    direction: call.direction,
    number: call.number,
    queue_id: call.queueId,
    customer_id: call.customerId,
    agent_id: call.agentId,
    state: 'ended',
    started_at: writer.moment(startedAt),
    answered_at: writer.moment(answeredAt),
    ended_at: writer.moment(endedAt),
    waited_ms: call.direction === 'inbound' ? until - startedAt : 0,
    talked_ms: answeredAt === null || endedAt === null ? 0 : endedAt - answeredAt - heldMs,
    held_ms: heldMs,
    wrap_up_ms: call.wrapUpMs,
    offers: call.offers,
    ended_by: call.endedBy,
    end_cause: call.endCause,
  };
}

function callbackRow(writer: RowWriter, id: number, callback: SeedCallback): Row {
  return {
    id,
    number: callback.number,
    customer_id: callback.customerId,
    owner_id: callback.ownerId,
    queue_id: callback.queueId,
    attendance_id: null,
    created_by: callback.ownerId,
    due_at: writer.moment(callback.dueAt),
    window_end_at: writer.moment(callback.windowEndAt),
    time_zone: 'America/Fortaleza',
    notes: callback.notes,
    state: callback.state,
    reason: callback.reason,
    attempts: callback.attempts.length,
    max_attempts: MAX_ATTEMPTS,
    next_attempt_at: writer.moment(callback.attempts.at(-1)?.startedAt ?? callback.dueAt),
    claimed_by: null,
    claimed_until: null,
    version: callback.attempts.length,
    created_at: writer.moment(callback.createdAt),
    updated_at: writer.moment(callback.endedAt ?? callback.createdAt),
  };
}

function attemptRow(writer: RowWriter, callbackId: number, n: number, call: SeedCall): Row {
  const talked = call.endCause === 'dropped' ? 'dropped' : 'talked';
  return {
    callback_id: callbackId,
    n,
    call_id: call.id,
    agent_id: call.agentId,
    offered_at: writer.moment(call.offeredAt ?? call.startedAt),
    accepted_at: writer.moment(call.acceptedAt),
    answered_at: writer.moment(call.answeredAt),
    ended_at: writer.moment(call.endedAt),
    result: call.answeredAt === null ? call.endCause : talked,
  };
}
