import { type AgentSnapshot } from './agent-state.js';

/** From this part of a pause's limit on the person is told that it comes near. */
const NEAR = 0.8;

/**
 * How a pause stands to the limit of its reason; null where there is no pause, or it has none. Nobody is sent back: a
 * pause that is over is only shown, and told by the reports.
 */
export function pauseLimitOf(
  agent: Pick<AgentSnapshot, 'status' | 'since' | 'pauseReason'>,
  now: number,
): { readonly limitSeconds: number; readonly state: 'within' | 'near' | 'over' } | null {
  const limitSeconds = agent.status === 'paused' ? (agent.pauseReason?.timeLimitSeconds ?? null) : null;
  if (limitSeconds === null) return null;
  const part = (now - agent.since) / 1000 / limitSeconds;
  return { limitSeconds, state: part > 1 ? 'over' : part >= NEAR ? 'near' : 'within' };
}
