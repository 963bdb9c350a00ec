import { type AgentStatus } from '../../shared/agent-state.js';
import { DomainError } from '../../platform/errors.js';
import { type CallCentre } from '../agents/index.js';
import { type AgentPresence, type Standing } from './association.port.js';

/** In these nothing of a person's phone may change; `reserved` is the moment before a promised call. */
const BUSY: ReadonlySet<AgentStatus> = new Set(['reserved', 'offered', 'dialling', 'talking', 'on-hold', 'wrap-up']);
const ABSENT: Standing = { isBusy: false, isOnShift: false, queues: [] };

/** Without a live half nobody is in a call. */
export const NOBODY_PRESENT: AgentPresence = {
  standingOf: () => ABSENT,
  logOut: () => Promise.resolve(),
};

export type PresenceSource = Pick<CallCentre, 'agent' | 'callOf' | 'queue' | 'endShift'>;

/** Reads from the live picture; who is not in it takes no calls. */
export function createAgentPresence(centre: PresenceSource): AgentPresence {
  return {
    standingOf(userId) {
      const agent = centre.agent(userId);
      if (agent === null) return ABSENT;
      const { status, shiftStartedAt, loggedInQueueIds } = agent;
      return {
        isBusy: BUSY.has(status) || centre.callOf(userId) !== null,
        isOnShift: shiftStartedAt !== null || loggedInQueueIds.length > 0,
        queues: loggedInQueueIds.map((id) => centre.queue(id)?.name ?? String(id)).sort(),
      };
    },
    async logOut(userId) {
      try {
        await centre.endShift(userId);
      } catch (error) {
        // Gone from the picture meanwhile: there is nobody to log out.
        if (!(error instanceof DomainError && error.code === 'not-found')) throw error;
      }
    },
  };
}
