import { type SecondCall } from '../../shared/desk.js';
import { presentQueueOf, type CallDestination, type LiveCall } from '../calls/index.js';
import { callIdOf, type Agent } from './agent-registry.js';
import { type LiveState } from './live-state.js';

/** A call as one of those who have a part in it sees it. */
export interface CallView {
  readonly call: LiveCall;
  readonly state: LiveCall['state'];
  readonly queueName: string | null;
  /** When the present offer began, counted from `waitingSince`; null where nobody waited in a queue for it. */
  readonly waited: { readonly since: number; readonly until: number } | null;
  /** When this agent came to talk in it. */
  readonly answeredAt: number | null;
  readonly isConference: boolean;
  /** The call it was dialled beside; for who asks and for who is asked. */
  readonly about: LiveCall | null;
  /** Whether this agent is asked, by whom. */
  readonly askedBy: string | null;
}

export function viewOf(live: LiveState, agent: Agent): CallView | null {
  const callId = callIdOf(agent.state);
  const call = callId === null ? live.calls.dialOf(agent.id) : live.calls.find(callId);
  if (call === null) return null;
  const { activity } = agent.state;
  const isAsked = call.direction === 'consult' && call.agentId !== agent.id;
  return {
    call,
    state: activity.kind === 'idle' ? call.state : activity.kind === 'wrap-up' ? 'ended' : activity.kind,
    queueName: presentQueueOf(call).name,
    waited: waitedFor(call, agent.id),
    answeredAt: answeredBy(call, agent.id),
    isConference: isConference(live, call),
    about: call.consults === null ? null : live.calls.find(call.consults),
    askedBy: isAsked ? nameOf(live, call.agentId) : null,
  };
}

/** The call an agent dialled beside the first one. */
export function secondOf(live: LiveState, agent: Agent): SecondCall | null {
  const { second } = agent.state;
  const call = second === null ? null : live.calls.find(second.callId);
  if (second === null || call === null) return null;
  const target = askedOf(live, call);
  return {
    callId: call.callId,
    phoneCallIds: [call.callId, ...call.alsoKnownAs],
    kind: target.kind,
    label: target.name,
    state: second.kind,
    startedAt: call.startedAt,
    answeredAt: call.answeredAt,
  };
}

/** Whom a consultation is with: who answered it, or what was dialled. */
function askedOf(live: LiveState, call: LiveCall): CallDestination {
  if (call.queueName !== null) return { kind: 'queue', id: call.queueId, name: call.queueName };
  const agent = live.agents.findByExtension(call.number);
  return agent === null
    ? { kind: 'number', id: null, name: call.number }
    : { kind: 'agent', id: agent.id, name: agent.identity.name };
}

function isConference(live: LiveState, call: LiveCall): boolean {
  return call.state !== 'ended' && call.conference !== null && live.calls.live(call.conference) !== null;
}

/** Only who was offered it out of a queue is told how long it waited there. */
function waitedFor({ direction, offeredAt, sentTo, startedAt, parts }: LiveCall, agentId: number): CallView['waited'] {
  if (direction === 'consult' || offeredAt === null) return null;
  if (sentTo !== null) return { since: sentTo.since, until: offeredAt };
  const isFirst = parts.length === 0 || parts[0]?.agentId === agentId;
  return direction === 'inbound' && isFirst ? { since: startedAt, until: offeredAt } : null;
}

function answeredBy({ direction, answeredAt, parts }: LiveCall, agentId: number): number | null {
  if (direction === 'consult') return answeredAt;
  return parts.findLast((part) => part.agentId === agentId)?.from ?? null;
}

function nameOf(live: LiveState, agentId: number | null): string {
  return agentId === null ? '' : (live.agents.find(agentId)?.identity.name ?? '');
}
