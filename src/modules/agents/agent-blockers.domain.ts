import { type AgentBlocker, type BlockerKind } from '../../shared/agent-state.js';
import { blockersOf, type AgentState } from './agent-state.domain.js';

/**
 * Everything that keeps an agent from calls after a change, each with when it began: what stood in the way before has
 * stood there since then, what is new began `at`. What the state itself dates, is dated by it.
 */
export function blockersSince(before: readonly AgentBlocker[], state: AgentState, at: number): readonly AgentBlocker[] {
  const sinceOf = (kind: BlockerKind): number => {
    if (kind === 'paused' && state.pause !== null) return state.pause.since;
    if (kind === 'missed' && state.missedSince !== null) return state.missedSince;
    return before.find((blocker) => blocker.kind === kind)?.since ?? at;
  };
  return [...blockersOf(state)].map((kind) => ({ kind, since: sinceOf(kind) }));
}

/** When a pause began that the agent is in, or came back to; null when there is none. */
export function pausedSince({ pause, missedSince }: AgentState): number | null {
  return pause?.since ?? missedSince;
}
