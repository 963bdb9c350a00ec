import { type Schedule } from '../../platform/schedule.js';
import { type AgentState } from './agent-state.domain.js';

/** Ends wrap-ups at their time. One timer an agent, because an agent has one activity. */
export class WrapUpTimers {
  readonly #deps: {
    readonly now: () => number;
    readonly schedule: Schedule;
    readonly onExpired: (agentId: number, callId: string, at: number) => void;
  };
  readonly #timers = new Map<number, () => void>();

  constructor(deps: {
    readonly now: () => number;
    readonly schedule: Schedule;
    readonly onExpired: (agentId: number, callId: string, at: number) => void;
  }) {
    this.#deps = deps;
  }

  /** Arms or disarms the timer for what the agent does now. */
  follow(agentId: number, { activity }: AgentState): void {
    this.#timers.get(agentId)?.();
    this.#timers.delete(agentId);
    if (activity.kind !== 'wrap-up' || activity.until === null) return;
    const { callId, until } = activity;
    this.#arm(agentId, callId, until);
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #arm(agentId: number, callId: string, until: number): void {
    const { now, schedule, onExpired } = this.#deps;
    const cancel = schedule(
      () => {
        // The timer counts by another clock than ours, and may be early by it.
        if (now() < until) this.#arm(agentId, callId, until);
        // The end is when it was due, not when the process came to it.
        else onExpired(agentId, callId, until);
      },
      Math.max(0, until - now()),
    );
    this.#timers.set(agentId, cancel);
  }
}
