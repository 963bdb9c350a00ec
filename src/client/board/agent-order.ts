import type { AgentSnapshot, AgentStatus } from '../../shared/agent-state.js';
import { pauseLimitOf } from '../../shared/pause-limit.js';

const MINUTE = 60_000;

/** From when on a state needs a look; null for states that may last. */
const LONG_AFTER_MS: Readonly<Record<AgentStatus, number | null>> = {
  offline: null,
  unreachable: 0,
  available: null,
  reserved: 5 * MINUTE,
  offered: 30_000,
  dialling: 2 * MINUTE,
  talking: 20 * MINUTE,
  'on-hold': 3 * MINUTE,
  'wrap-up': 5 * MINUTE,
  paused: 20 * MINUTE,
};

/** What needs a look comes first, who is not there last. */
const ORDER: readonly AgentStatus[] = [
  'unreachable',
  'offered',
  'on-hold',
  'dialling',
  'talking',
  'wrap-up',
  'reserved',
  'paused',
  'available',
  'offline',
];
const LONG_RANK = ORDER.indexOf('on-hold') - 0.5;
const RANK = new Map(ORDER.map((status, rank) => [status, rank]));

/** Whether a pause is longer than its reason allows. */
export function isOverLimit(agent: AgentSnapshot, now: number): boolean {
  return pauseLimitOf(agent, now)?.state === 'over';
}

/** Whether an agent is paused by rule, for calls in a row that were not taken. */
export function isMissedPause({ status, pauseReason, blockers }: AgentSnapshot): boolean {
  return status === 'paused' && pauseReason === null && blockers.some(({ kind }) => kind === 'missed');
}

/**
 * Whether this agent is in this state for longer than one would expect. A pause is measured by the limit of its reason;
 * without one, a productive pause may last. Who was paused for calls he did not take, needs a look at once.
 */
export function isLong(agent: AgentSnapshot, now: number): boolean {
  if (isMissedPause(agent)) return true;
  const pauseLimit = pauseLimitOf(agent, now);
  if (pauseLimit !== null) return pauseLimit.state === 'over';
  const limit = LONG_AFTER_MS[agent.status];
  return limit !== null && now - agent.since >= limit && agent.pauseReason?.isProductive !== true;
}

function rank(agent: AgentSnapshot, now: number): number {
  const byStatus = RANK.get(agent.status) ?? ORDER.length;
  return isLong(agent, now) ? Math.min(byStatus, LONG_RANK) : byStatus;
}

/** Sorts by what needs attention; within that the longest first, then by name. */
export function byAttention(agents: readonly AgentSnapshot[], now: number): readonly AgentSnapshot[] {
  const ranked = agents.map((agent) => ({ agent, rank: rank(agent, now) }));
  ranked.sort(
    (a, b) =>
      a.rank - b.rank ||
      (a.agent.status === 'offline' ? 0 : a.agent.since - b.agent.since) ||
      a.agent.name.localeCompare(b.agent.name) ||
      a.agent.agentId - b.agent.agentId,
  );
  return ranked.map(({ agent }) => agent);
}

export interface AgentFilter {
  /** None chosen means all. */
  readonly statuses: ReadonlySet<AgentStatus>;
  readonly text: string;
}

/** Compares as people read: without case and accents. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .trim();
}

export function isFiltering(filter: AgentFilter): boolean {
  return filter.statuses.size > 0 || filter.text.trim() !== '';
}

/** Finds by name, extension, or the name of a queue the agent is logged in to. */
export function filterAgents(
  agents: readonly AgentSnapshot[],
  filter: AgentFilter,
  queueName: (queueId: number) => string | null,
): readonly AgentSnapshot[] {
  const wanted = plain(filter.text);
  return agents.filter((agent) => {
    if (filter.statuses.size > 0 && !filter.statuses.has(agent.status)) return false;
    if (wanted === '') return true;
    const names = [agent.name, agent.extension ?? '', ...agent.loggedInQueueIds.map((id) => queueName(id) ?? '')];
    return names.some((name) => plain(name).includes(wanted));
  });
}

export function countByStatus(agents: readonly AgentSnapshot[]): ReadonlyMap<AgentStatus, number> {
  const counts = new Map<AgentStatus, number>();
  for (const { status } of agents) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}
