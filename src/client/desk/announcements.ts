import { type AgentStatus } from '../../shared/agent-state.js';
import { type CallCard, type DeskState, type SecondCall } from '../../shared/desk.js';
import { type DeskView } from './desk-store.js';
import { callerName, callPhase, isMissedPause, nameOf, phoneAskedUntil, rings } from './phase.js';

/** What a person who does not see the page has to hear. */
export type Announcement =
  | { readonly kind: 'ringing'; readonly name: string; readonly queue: string | null }
  | { readonly kind: 'ringing-consult'; readonly name: string; readonly customer: string }
  | { readonly kind: CallKind; readonly name: string }
  | { readonly kind: 'answered' | 'ended' }
  | { readonly kind: 'status'; readonly status: AgentStatus }
  | { readonly kind: 'missed'; readonly count: number }
  | { readonly kind: 'phone-asked' }
  | { readonly kind: 'socket-down' | 'socket-up' };

type CallKind =
  | 'held'
  | 'resumed'
  | 'transferring'
  | 'transfer-failed'
  | 'transferred'
  | 'received'
  | 'second-dialled'
  | 'second-answered'
  | 'second-ended'
  | 'main-ended'
  | 'in-front'
  | 'conference'
  | 'conference-left';

/** States that another announcement has told already. */
const TOLD_BY_CALL: readonly AgentStatus[] = ['offered', 'talking', 'on-hold'];

/** What changed between two views, each thing once. */
export function announcements(view: DeskView, before: DeskView): readonly Announcement[] {
  return [...ofConnection(view, before), ...ofRinging(view, before), ...ofState(view, before)];
}

function ofConnection(view: DeskView, before: DeskView): readonly Announcement[] {
  if (before.socket === 'up' && view.socket === 'down') return [{ kind: 'socket-down' }];
  if (before.socket === 'down' && view.socket === 'up') return [{ kind: 'socket-up' }];
  return [];
}

function ofRinging(view: DeskView, before: DeskView): readonly Announcement[] {
  if (!rings(view) || rings(before)) return [];
  const card = view.desk?.call ?? null;
  const consultation = card?.consultation ?? null;
  if (consultation !== null) {
    const customer = consultation.customerName ?? consultation.number;
    return [{ kind: 'ringing-consult', name: consultation.agentName, customer }];
  }
  return [{ kind: 'ringing', name: callerName(view) ?? '', queue: card?.queueName ?? null }];
}

function ofState(view: DeskView, before: DeskView): readonly Announcement[] {
  const { desk } = view;
  // The first state of a page is no change.
  if (before.desk === null || desk === null) return [];
  const all: Announcement[] = [];
  const wasTalking = isTalking(before);
  if (isTalking(view) && !wasTalking) all.push({ kind: 'answered' });
  if (wasTalking && before.desk.call !== null)
    all.push(...ofCall(desk, before.desk, before.desk.call, isTalking(view)));
  if (phoneAskedUntil(view) !== null && phoneAskedUntil(before) === null) all.push({ kind: 'phone-asked' });
  const { status, missedCalls } = desk.agent;
  if (isMissedPause(view) && !isMissedPause(before)) all.push({ kind: 'missed', count: missedCalls });
  else if (status !== before.desk.agent.status && !TOLD_BY_CALL.includes(status)) all.push({ kind: 'status', status });
  return all;
}

/** What became of a call that was talked in. */
function ofCall(desk: DeskState, before: DeskState, was: CallCard, talks: boolean): readonly Announcement[] {
  const { call } = desk;
  if (call === null || !talks) {
    const to = was.transfer?.label ?? before.second?.label ?? null;
    // After a transfer to people nothing is left to write; a call that ended by itself leaves its record.
    return to !== null && call === null ? [{ kind: 'transferred', name: to }] : [{ kind: 'ended' }];
  }
  if (call.callId !== was.callId) return ofOtherCall(before, was, call);
  return [...ofTransfer(call, was), ...ofSecond(desk, before, call)];
}

/** The call in hand is another one now, without a pause between. */
function ofOtherCall(before: DeskState, was: CallCard, call: CallCard): readonly Announcement[] {
  const isReceived = was.consultation !== null && call.phoneCallIds.includes(was.callId);
  if (isReceived) return [{ kind: 'received', name: spoken(call) }];
  return before.second?.callId === call.callId ? [{ kind: 'main-ended', name: before.second.label }] : [];
}

function ofTransfer(call: CallCard, was: CallCard): readonly Announcement[] {
  if (call.transfer !== null && was.transfer === null) return [{ kind: 'transferring', name: call.transfer.label }];
  if (call.transfer === null && was.transfer !== null) return [{ kind: 'transfer-failed', name: was.transfer.label }];
  return [];
}

function ofSecond(desk: DeskState, before: DeskState, call: CallCard): readonly Announcement[] {
  const { second } = desk;
  if (second === null) {
    if (before.second === null) return ofHold(call, before.call);
    const kind = before.call?.isConference === true ? 'conference-left' : 'second-ended';
    return [{ kind, name: before.second.label }];
  }
  if (before.second === null) return [{ kind: 'second-dialled', name: second.label }];
  const wasDialling = before.second.state === 'dialling';
  if (wasDialling && second.state !== 'dialling') return [{ kind: 'second-answered', name: second.label }];
  if (call.isConference) return before.call?.isConference === true ? [] : [{ kind: 'conference', name: second.label }];
  return ofSwap(call, second, { call: before.call, second: before.second });
}

function ofSwap(
  call: CallCard,
  second: SecondCall,
  before: { readonly call: CallCard | null; readonly second: SecondCall },
): readonly Announcement[] {
  if (call.state === 'talking' && before.call?.state === 'on-hold') return [{ kind: 'in-front', name: spoken(call) }];
  const isBack = second.state === 'talking' && before.second.state === 'on-hold';
  return isBack ? [{ kind: 'in-front', name: second.label }] : [];
}

function ofHold(call: CallCard, was: CallCard | null): readonly Announcement[] {
  if (call.state === 'on-hold' && was?.state === 'talking') return [{ kind: 'held', name: spoken(call) }];
  if (call.state === 'talking' && was?.state === 'on-hold') return [{ kind: 'resumed', name: spoken(call) }];
  return [];
}

function spoken(call: CallCard): string {
  return nameOf(call) ?? call.number;
}

function isTalking(view: DeskView): boolean {
  const phase = callPhase(view);
  return phase === 'talking' || phase === 'on-hold';
}
