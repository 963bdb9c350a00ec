import { presentQueueOf, type CallEvent, type LiveCall } from '../calls/call.domain.js';
import { type AgentEvent } from './agent-state.domain.js';

export interface AgentFact {
  readonly agentId: number;
  readonly event: AgentEvent;
}

/** Of the queue a call is of; as a queue has them. */
export interface QueueRules {
  readonly wrapUpSeconds: number | null;
  readonly missedLimit: number | null;
}

/** Everybody who has a part in a call: whose it is, whose phones ring for it, who was asked. */
export function peopleOf({ agentId, offeredTo, peer }: LiveCall): readonly number[] {
  const all = [agentId, ...offeredTo, peer?.agentId ?? null];
  return [...new Set(all.filter((id) => id !== null))];
}

/** What an event of a call means to the agents, in the order in which they are to hear it. */
export function factsOf(before: LiveCall, call: LiveCall, event: CallEvent, rules: QueueRules): readonly AgentFact[] {
  const { callId } = call;
  const { at } = event;
  const of = (agentId: number | null, fact: AgentEvent): readonly AgentFact[] =>
    agentId === null ? [] : [{ agentId, event: fact }];
  switch (event.type) {
    case 'offered':
      return of(event.agentId, { type: 'call-offered', callId, at, beside: isBeside(call, event.agentId) });
    case 'declined':
      return of(event.agentId, declineOf(call, event, rules.missedLimit));
    case 'accepted':
      return [
        ...fellSilent(before, call, at),
        ...of(call.agentId, { type: 'call-accepted', callId, at, beside: isBeside(call, call.agentId) }),
      ];
    case 'answered':
      return [
        ...fellSilent(before, call, at),
        ...of(call.agentId, { type: 'call-answered', callId, at, beside: isBeside(call, call.agentId) }),
        ...of(call.peer?.agentId ?? null, { type: 'call-answered', callId, at }),
      ];
    case 'held':
    case 'resumed': {
      const who = call.peer?.agentId === event.agentId ? event.agentId : call.agentId;
      return of(who, { type: event.type === 'held' ? 'call-held' : 'call-resumed', callId, at });
    }
    case 'transfer-started':
      return [
        ...fellSilent(before, call, at),
        ...of(call.agentId, { type: 'call-held', callId, at }),
        ...call.offeredTo.flatMap((id) => of(id, { type: 'call-offered', callId, at })),
      ];
    case 'transfer-failed':
      return fellSilent(before, call, at);
    case 'transferred':
      return before.parts === call.parts ? [] : movedOn(before, call, event);
    case 'conferenced':
      return of(call.agentId, { type: 'call-resumed', callId, at });
    case 'ended':
      return over(before, call, call.direction === 'consult' ? null : rules.wrapUpSeconds);
  }
}

/** A phone that could not be reached is not its agent's miss, and who is dialled for is asked by nobody's queue. */
function declineOf(
  call: LiveCall,
  { at, cause, agentId }: Extract<CallEvent, { readonly type: 'declined' }>,
  limit: number | null,
): AgentEvent {
  const { callId } = call;
  if (isBeside(call, agentId)) return { type: 'call-declined', callId, at };
  if (cause === 'unreachable') return { type: 'call-unreached', callId, at };
  if (presentQueueOf(call).id === null) return { type: 'call-declined', callId, at };
  return { type: 'call-missed', callId, at, limit };
}

function isBeside(call: LiveCall, agentId: number | null): boolean {
  return call.direction === 'consult' && agentId === call.agentId;
}

/** Where several phones rang and one was taken, or the asking was given up, the others ring no more. */
function fellSilent(
  before: LiveCall,
  { callId, agentId, peer, offeredTo }: LiveCall,
  at: number,
): readonly AgentFact[] {
  return before.offeredTo
    .filter((id) => id !== agentId && id !== peer?.agentId && !offeredTo.includes(id))
    .map((id) => ({ agentId: id, event: { type: 'call-declined', callId, at } }));
}

/** Who sent it on is free at once, of the consultation too, and has nothing to write: the record went with the call. */
function movedOn(
  before: LiveCall,
  call: LiveCall,
  { at, second }: Extract<CallEvent, { readonly type: 'transferred' }>,
): readonly AgentFact[] {
  const { callId } = call;
  const left = [callId, ...(second === null ? [] : [second])].flatMap((id): readonly AgentFact[] =>
    before.agentId === null
      ? []
      : [{ agentId: before.agentId, event: { type: 'call-ended', callId: id, at, wrapUpSeconds: null } }],
  );
  const instead = second === null ? {} : { instead: second };
  const has: readonly AgentFact[] =
    call.agentId === null ? [] : [{ agentId: call.agentId, event: { type: 'call-answered', callId, at, ...instead } }];
  return [...fellSilent(before, call, at), ...left, ...has];
}

function over(before: LiveCall, call: LiveCall, wrapUpSeconds: number | null): readonly AgentFact[] {
  const { callId, endedAt, answeredAt } = call;
  const at = endedAt ?? call.startedAt;
  return peopleOf(before).map((agentId) => ({
    agentId,
    event: { type: 'call-ended', callId, at, wrapUpSeconds: answeredAt === null ? null : wrapUpSeconds },
  }));
}
