import { type CallDestination, type CallEvent, type LiveCall, type LiveCallState } from './call.domain.js';

/** A call as the exchange has it at this moment, in our ids. */
export interface ExchangeCall {
  readonly state: Exclude<LiveCallState, 'ended'>;
  readonly agentId: number | null;
  readonly agentName?: string;
  readonly answeredAt: number | null;
  /** The queue it is in or was taken from last. */
  readonly queue?: CallDestination | null;
  /** Of a consultation, the other agent, rung or talking. */
  readonly peerId?: number | null;
  readonly transfer?: CallDestination | null;
  readonly conference?: string | null;
  readonly alsoKnownAs?: readonly string[];
}

/**
 * The events we must have missed, if `ours` is what we know and `theirs` is how it is. `at` stands in for the times
 * that nobody knows any more. Never goes back: a call we saw answered is not made to wait again, unless the exchange
 * knows of its answer too and it therefore was sent to a queue since.
 */
export function missedEvents(ours: LiveCall, theirs: ExchangeCall, at: number): readonly CallEvent[] {
  if (!isAnswered(ours)) return missedUntilNow(ours, theirs, at);
  const moved = missedMove(ours, theirs, at);
  if (moved.some(({ type }) => type === 'transferred')) {
    return [...moved, ...afterMove(theirs, at)];
  }
  if (!isAnswered(theirs)) return [];
  const meeting = missedMeeting(ours, theirs, at);
  const state = meeting.some(({ type }) => type === 'conferenced') ? 'talking' : ours.state;
  return [...meeting, ...missedHold(state, theirs, at), ...moved];
}

function isAnswered({ state }: Pick<LiveCall, 'state'>): boolean {
  return state === 'talking' || state === 'on-hold';
}

function missedUntilNow(ours: LiveCall, theirs: ExchangeCall, at: number): readonly CallEvent[] {
  const events = missedBeforeAnswer(ours, theirs, at);
  if (!isAnswered(theirs)) return events;
  const { agentId, transfer = null } = theirs;
  const started: readonly CallEvent[] =
    transfer === null ? [] : [{ type: 'transfer-started', at, agentId, target: transfer }];
  return [...events, ...missedMeeting(ours, theirs, at), ...missedHold('talking', theirs, at), ...started];
}

function missedHold(state: LiveCallState, theirs: ExchangeCall, at: number): readonly CallEvent[] {
  const { agentId } = theirs;
  if (theirs.state === 'on-hold' && state !== 'on-hold') return [{ type: 'held', at, agentId }];
  if (theirs.state === 'talking' && state === 'on-hold') return [{ type: 'resumed', at, agentId }];
  return [];
}

/** What happened with an answered call that was sent on, or is being sent on. */
function missedMove(ours: LiveCall, theirs: ExchangeCall, at: number): readonly CallEvent[] {
  const from = ours.agentId;
  const second = newAlias(ours, theirs);
  if (isAnswered(theirs)) {
    if (theirs.agentId !== null && theirs.agentId !== from) {
      const to = { kind: 'agent', id: theirs.agentId, name: theirs.agentName ?? '' } as const;
      return [{ type: 'transferred', at, agentId: from, to, how: second === null ? 'blind' : 'attended', second }];
    }
    return missedTransfer(ours, theirs, at);
  }
  const { queue = null } = theirs;
  if (theirs.answeredAt === null || queue === null || theirs.state === 'dialling') return [];
  return [{ type: 'transferred', at, agentId: from, to: queue, how: 'blind', second: null }];
}

function missedTransfer(ours: LiveCall, theirs: ExchangeCall, at: number): readonly CallEvent[] {
  const { agentId } = ours;
  const target = theirs.transfer ?? null;
  const known = ours.transfer?.target ?? null;
  if (target === null) {
    return known === null ? [] : [{ type: 'transfer-failed', at, agentId, cause: 'no-answer' }];
  }
  if (known !== null && known.kind === target.kind && known.id === target.id && known.name === target.name) return [];
  return [
    ...(known === null ? [] : [{ type: 'transfer-failed', at, agentId, cause: 'no-answer' } as const]),
    { type: 'transfer-started', at, agentId, target },
  ];
}

function afterMove(theirs: ExchangeCall, at: number): readonly CallEvent[] {
  const { agentId, state, transfer = null } = theirs;
  if (state === 'offered') return [{ type: 'offered', at, agentId }];
  if (state !== 'on-hold') return [];
  return transfer === null
    ? [{ type: 'held', at, agentId }]
    : [{ type: 'transfer-started', at, agentId, target: transfer }];
}

/** A conference, or another id by which a phone knows the call. */
function missedMeeting(ours: LiveCall, theirs: ExchangeCall, at: number): readonly CallEvent[] {
  const { agentId, conference = null } = theirs;
  const events: CallEvent[] = [];
  const second = newAlias(ours, theirs);
  if (second !== null && agentId !== null) {
    const to = { kind: 'agent', id: agentId, name: theirs.agentName ?? '' } as const;
    events.push({ type: 'transferred', at, agentId, to, how: 'attended', second });
  }
  if (conference !== null && conference !== ours.conference) {
    events.push({ type: 'conferenced', at, agentId, second: conference });
  }
  return events;
}

function newAlias(ours: LiveCall, theirs: ExchangeCall): string | null {
  return theirs.alsoKnownAs?.find((id) => !ours.alsoKnownAs.includes(id)) ?? null;
}

function missedBeforeAnswer(ours: LiveCall, theirs: ExchangeCall, at: number): readonly CallEvent[] {
  if (ours.direction === 'consult') return missedOfConsultation(ours, theirs, at);
  const { agentId } = theirs;
  // Of a call that was sent on, the answer the exchange knows may be the first one, long before.
  const when = ours.movedAt === null ? (theirs.answeredAt ?? at) : at;
  const events: CallEvent[] = [];
  const leftOffer =
    ours.state === 'offered' && (theirs.state === 'waiting' || (agentId !== null && !ours.offeredTo.includes(agentId)));
  if (leftOffer) {
    for (const left of ours.offeredTo) events.push({ type: 'declined', at: when, agentId: left, cause: 'no-answer' });
  }
  if (theirs.state === 'waiting') return events;
  if (ours.state === 'waiting' || leftOffer) events.push({ type: 'offered', at: when, agentId });
  if (theirs.state === 'offered') return events;
  if (theirs.state === 'dialling')
    return ours.state === 'dialling' ? [] : [...events, { type: 'accepted', at, agentId }];
  return [...events, { type: 'answered', at: when, agentId }];
}

/** The agent who asks is rung first, then whoever is asked. */
function missedOfConsultation(ours: LiveCall, theirs: ExchangeCall, at: number): readonly CallEvent[] {
  const { agentId, peerId = null } = theirs;
  const events: CallEvent[] = [];
  if (theirs.state === 'waiting') return events;
  const isUp = ours.state === 'dialling';
  if (ours.state === 'waiting') events.push({ type: 'offered', at, agentId });
  if (theirs.state === 'offered') return isUp ? [] : events;
  if (!isUp) events.push({ type: 'accepted', at, agentId });
  if (isAnswered(theirs)) return [...events, { type: 'answered', at: theirs.answeredAt ?? at, agentId, peerId }];
  for (const left of ours.offeredTo) {
    if (left !== agentId && left !== peerId) events.push({ type: 'declined', at, agentId: left, cause: 'no-answer' });
  }
  if (peerId !== null && !ours.offeredTo.includes(peerId)) events.push({ type: 'offered', at, agentId: peerId });
  return events;
}
