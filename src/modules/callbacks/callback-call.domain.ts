import { type AgentStatus, type CallDirection } from '../../shared/agent-state.js';
import { type EndCause, type EndedBy } from '../telephony/telephony.port.js';
import { type CallbackEvent, type CallbackReason } from './callback.domain.js';

/** What the live projection tells of a call; the part of it that matters here. Moments are epoch milliseconds. */
export interface CallFact {
  readonly type:
    | ('started' | 'offered' | 'accepted' | 'answered' | 'held' | 'resumed' | 'declined' | 'ended')
    | ('transfer-started' | 'transfer-failed' | 'transferred' | 'conferenced');
  readonly call: {
    readonly callId: string;
    readonly direction: CallDirection;
    readonly answeredAt: number | null;
    readonly endedAt: number | null;
    readonly endedBy: EndedBy | null;
    readonly endCause: EndCause | null;
  };
}

/** What became of a call at the exchange. */
export type FoundCall =
  | { readonly live: true; readonly state: 'waiting' | 'offered' | 'dialling' | 'talking' | 'on-hold' }
  | { readonly live: false; readonly by: EndedBy; readonly cause: EndCause; readonly answeredAt: number | null };

/** What a call's news means for the callback it belongs to; null when it means nothing. */
export function eventOfFact({ type, call }: CallFact, now: number): CallbackEvent | null {
  switch (type) {
    case 'offered':
      return { type: 'agent-offered', at: now };
    case 'accepted':
      return { type: 'agent-accepted', at: now };
    case 'answered':
      return { type: 'customer-answered', at: call.answeredAt ?? now };
    case 'ended':
      return {
        type: 'call-ended',
        at: call.endedAt ?? now,
        by: call.endedBy ?? 'system',
        cause: call.endCause ?? 'failed',
        answeredAt: call.answeredAt,
      };
    // A dialled call that the agent declines is ended by the exchange, which says so; of one that is sent on the customer
    // was reached, whoever talks to them from now on.
    case 'declined':
    case 'started':
    case 'held':
    case 'resumed':
    case 'transfer-started':
    case 'transfer-failed':
    case 'transferred':
    case 'conferenced':
      return null;
  }
}

/** The same for what the exchange answers when it is asked. */
export function eventOfFound(found: FoundCall, now: number): CallbackEvent | null {
  if (!found.live) {
    return { type: 'call-ended', at: now, by: found.by, cause: found.cause, answeredAt: found.answeredAt };
  }
  switch (found.state) {
    case 'dialling':
      return { type: 'agent-accepted', at: now };
    case 'talking':
    case 'on-hold':
      return { type: 'customer-answered', at: now };
    case 'waiting':
    case 'offered':
      return null;
  }
}

/** Whether an agent can be given the callback now, or why not. `isHeldForIt`: the reservation, if there is one, is for it. */
export function freedomOf(status: AgentStatus | null, isHeldForIt: boolean): 'free' | CallbackReason {
  switch (status) {
    case 'available':
      return 'free';
    case 'reserved':
      return isHeldForIt ? 'free' : 'owner-busy';
    case 'offered':
    case 'dialling':
    case 'talking':
    case 'on-hold':
    case 'wrap-up':
      return 'owner-busy';
    case 'offline':
    case 'unreachable':
    case 'paused':
    case null:
      return 'owner-away';
  }
}
