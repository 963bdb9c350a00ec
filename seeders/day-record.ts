import { type AgentStatus, type CallDirection } from '../src/shared/agent-state.js';
import { type CallEventType } from '../src/modules/calls/index.js';
import { type EndCause, type EndedBy } from '../src/modules/telephony/telephony.port.js';

export interface SeedEvent {
  readonly type: CallEventType;
  readonly at: number;
  readonly agentId: number | null;
  readonly detail: string | null;
}

/** A call while its story is told; complete once `endedAt` is there. Times are epoch milliseconds. */
export interface SeedCall {
  readonly id: string;
  readonly direction: CallDirection;
  readonly number: string;
  readonly queueId: number | null;
  readonly customerId: number | null;
  readonly startedAt: number;
  /** Who has it, or is offered it. */
  agentId: number | null;
  offeredAt: number | null;
  acceptedAt: number | null;
  answeredAt: number | null;
  endedAt: number | null;
  heldMs: number;
  wrapUpMs: number;
  offers: number;
  endedBy: EndedBy | null;
  endCause: EndCause | null;
  readonly events: SeedEvent[];
}

export interface SeedInterval {
  readonly agentId: number;
  readonly status: AgentStatus;
  readonly reasonId: number | null;
  readonly callId: string | null;
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface DayRecord {
  readonly calls: readonly SeedCall[];
  readonly intervals: readonly SeedInterval[];
}

export function startCall(
  start: Pick<SeedCall, 'id' | 'direction' | 'number' | 'queueId' | 'customerId' | 'startedAt' | 'agentId'>,
): SeedCall {
  return {
    ...start,
    offeredAt: null,
    acceptedAt: null,
    answeredAt: null,
    endedAt: null,
    heldMs: 0,
    wrapUpMs: 0,
    offers: 0,
    endedBy: null,
    endCause: null,
    events: [{ type: 'started', at: start.startedAt, agentId: start.agentId, detail: null }],
  };
}

/** Writes an event the way the live journal does. */
export function note(call: SeedCall, type: CallEventType, at: number, detail: string | null = null): void {
  call.events.push({ type, at, agentId: type === 'ended' ? null : call.agentId, detail });
}

/** What agents do, one thing after another without a gap. */
export class IntervalLog {
  readonly closed: SeedInterval[] = [];
  readonly #open = new Map<number, Omit<SeedInterval, 'endedAt'>>();

  /** `status` null: off shift. */
  set(
    agentId: number,
    at: number,
    status: AgentStatus | null,
    what: { reasonId?: number; callId?: string } = {},
  ): void {
    const open = this.#open.get(agentId);
    if (open !== undefined && at > open.startedAt) this.closed.push({ ...open, endedAt: at });
    if (status === null) this.#open.delete(agentId);
    else {
      const { reasonId = null, callId = null } = what;
      this.#open.set(agentId, { agentId, status, reasonId, callId, startedAt: at });
    }
  }
}
