import { type AgentStatus } from '../../shared/agent-state.js';
import { type DeskView } from './desk-store.js';
import { callerName, callPhase, isMissedPause, phoneAskedUntil, rings } from './phase.js';

/** What a person who does not see the page has to hear. */
export type Announcement =
  | { readonly kind: 'ringing'; readonly name: string; readonly queue: string | null }
  | { readonly kind: 'answered' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'status'; readonly status: AgentStatus }
  | { readonly kind: 'missed'; readonly count: number }
  | { readonly kind: 'phone-asked' }
  | { readonly kind: 'socket-down' }
  | { readonly kind: 'socket-up' };

/** States that another announcement has told already. */
const TOLD_BY_CALL: readonly AgentStatus[] = ['offered', 'talking'];

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
  return [{ kind: 'ringing', name: callerName(view) ?? '', queue: view.desk?.call?.queueName ?? null }];
}

function ofState(view: DeskView, before: DeskView): readonly Announcement[] {
  // The first state of a page is no change.
  if (before.desk === null || view.desk === null) return [];
  const all: Announcement[] = [];
  const wasTalking = isTalking(before);
  if (isTalking(view) && !wasTalking) all.push({ kind: 'answered' });
  if (wasTalking && !isTalking(view)) all.push({ kind: 'ended' });
  if (phoneAskedUntil(view) !== null && phoneAskedUntil(before) === null) all.push({ kind: 'phone-asked' });
  const { status, missedCalls } = view.desk.agent;
  if (isMissedPause(view) && !isMissedPause(before)) all.push({ kind: 'missed', count: missedCalls });
  else if (status !== before.desk.agent.status && !TOLD_BY_CALL.includes(status)) all.push({ kind: 'status', status });
  return all;
}

function isTalking(view: DeskView): boolean {
  const phase = callPhase(view);
  return phase === 'talking' || phase === 'on-hold';
}
