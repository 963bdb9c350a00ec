import { type AgentSnapshot, type AgentStatus } from '../../shared/agent-state.js';

/** Where somebody is with a customer, or about to be: closing the page would end the call. */
const IN_CALL: ReadonlySet<AgentStatus> = new Set(['offered', 'dialling', 'talking', 'on-hold']);

export interface AccessChangesDeps {
  readonly centre: {
    agent(agentId: number): AgentSnapshot | null;
    onChanged(listener: (change: { readonly agents: readonly AgentSnapshot[] }) => void): () => void;
    /** Takes over who is an agent now; never rejects. */
    reload(): Promise<void>;
  };
  /** Reads a person's permissions anew for their open pages; never rejects. */
  readonly refreshUser: (userId: number, options: { readonly keepPages: boolean }) => Promise<void>;
}

/**
 * Carries a change of permissions to what is open: commands go by it at once, pages that may no longer be shown are
 * closed, and who is no agent any more is logged out of the queues.
 *
 * Never at a customer's expense: the phone of a call is in the page, so the page of an agent in a call stays until the
 * call is over, and only then goes.
 */
export class AccessChanges {
  readonly #deps: AccessChangesDeps;
  readonly #inCall = new Set<number>();
  #undo: (() => void) | null = null;

  constructor(deps: AccessChangesDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#undo ??= this.#deps.centre.onChanged(({ agents }) => {
      const over = agents.filter(({ agentId, status }) => this.#inCall.has(agentId) && !IN_CALL.has(status));
      for (const { agentId } of over) this.#inCall.delete(agentId);
      if (over.length > 0) void this.changed(over.map(({ agentId }) => agentId));
    });
  }

  stop(): void {
    this.#undo?.();
    this.#undo = null;
    this.#inCall.clear();
  }

  /** Settles when the change holds everywhere but in the pages of those who are in a call. Never rejects. */
  async changed(userIds: readonly number[]): Promise<void> {
    const { centre, refreshUser } = this.#deps;
    await Promise.all(
      userIds.map((userId) => {
        const agent = centre.agent(userId);
        const keepPages = agent !== null && IN_CALL.has(agent.status);
        if (keepPages) this.#inCall.add(userId);
        return refreshUser(userId, { keepPages });
      }),
    );
    await centre.reload();
  }
}
