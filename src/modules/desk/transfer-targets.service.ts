import { type Schedule } from '../../platform/schedule.js';
import { type AgentSnapshot } from '../../shared/agent-state.js';
import { type QueueSnapshot } from '../../shared/board.js';
import { type TransferTargets } from '../../shared/desk.js';

export interface TargetsDeps {
  readonly centre: {
    agents(): readonly AgentSnapshot[];
    queues(): readonly QueueSnapshot[];
    onChanged(
      listener: (change: { readonly agents: readonly unknown[]; readonly queues: readonly unknown[] }) => void,
    ): () => void;
  };
  readonly isOpen: (queueId: number) => boolean;
  readonly send: (agentId: number, targets: TransferTargets) => void;
  readonly now: () => number;
  readonly schedule: Schedule;
}

/** Twice a second is faster than a name can be looked for. */
const INTERVAL_MS = 500;

/**
 * Who is there to take a call, for those who look. The call centre is listened to only while somebody does; changes that
 * come close together are sent once.
 */
export class TargetWatch {
  readonly #deps: TargetsDeps;
  /** Whose list each connection looks at. */
  readonly #watching = new Map<string, number>();
  #unsubscribe: (() => void) | null = null;
  #cancel: (() => void) | null = null;
  #version = 0;

  constructor(deps: TargetsDeps) {
    this.#deps = deps;
  }

  watch(connectionId: string, agentId: number): TransferTargets {
    this.#watching.set(connectionId, agentId);
    this.#unsubscribe ??= this.#deps.centre.onChanged(({ agents, queues }) => {
      if (agents.length > 0 || queues.length > 0)
        this.#cancel ??= this.#deps.schedule(() => {
          this.#send();
        }, INTERVAL_MS);
    });
    return this.#targetsFor(agentId);
  }

  /** No error for one who does not watch. */
  unwatch(connectionId: string): void {
    this.#watching.delete(connectionId);
    if (this.#watching.size === 0) this.stop();
  }

  stop(): void {
    this.#watching.clear();
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#cancel?.();
    this.#cancel = null;
  }

  #send(): void {
    this.#cancel = null;
    for (const agentId of new Set(this.#watching.values())) this.#deps.send(agentId, this.#targetsFor(agentId));
  }

  #targetsFor(viewerId: number): TransferTargets {
    const { centre, isOpen } = this.#deps;
    const queues = centre.queues();
    const names = new Map(queues.map(({ queueId, name }) => [queueId, name]));
    return {
      version: this.#nextVersion(),
      agents: centre
        .agents()
        .filter(({ agentId, status, extension }) => agentId !== viewerId && extension !== null && status !== 'offline')
        .map(({ agentId, name, status, since, loggedInQueueIds }) => ({
          agentId,
          name,
          status,
          since,
          queueNames: loggedInQueueIds.map((id) => names.get(id)).filter((known) => known !== undefined),
        }))
        .sort((a, b) => a.name.localeCompare(b.name)),
      queues: queues.map(({ queueId, name, waiting, agentsAvailable }) => ({
        queueId,
        name,
        isOpen: isOpen(queueId),
        waiting,
        free: agentsAvailable,
      })),
    };
  }

  /** By the clock, so that it grows over a restart too; by one where the clock stands still. */
  #nextVersion(): number {
    this.#version = Math.max(this.#version + 1, this.#deps.now());
    return this.#version;
  }
}
