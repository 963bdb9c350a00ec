import { type CentreCallEvent, type CentreChange, type CentreLog } from './call-centre.port.js';

export interface ChangeFeedDeps {
  readonly agent: (agentId: number) => CentreChange['agents'][number] | null;
  readonly queue: (queueId: number) => CentreChange['queues'][number] | null;
  readonly log: CentreLog;
}

/** Collects what one step changed, and tells it once, when the step is complete and the picture is whole again. */
export class ChangeFeed {
  readonly #deps: ChangeFeedDeps;
  readonly #onChanged = new Set<(change: CentreChange) => void>();
  readonly #onCall = new Set<(event: CentreCallEvent) => void>();
  #agents = new Set<number>();
  #queues = new Set<number>();
  #link = false;
  #calls: CentreCallEvent[] = [];
  #telling = false;

  constructor(deps: ChangeFeedDeps) {
    this.#deps = deps;
  }

  agentChanged(agentId: number): void {
    this.#agents.add(agentId);
  }

  queueChanged(queueId: number): void {
    this.#queues.add(queueId);
  }

  linkChanged(): void {
    this.#link = true;
  }

  callHappened(event: CentreCallEvent): void {
    this.#calls.push(event);
  }

  onChanged(listener: (change: CentreChange) => void): () => void {
    this.#onChanged.add(listener);
    return () => this.#onChanged.delete(listener);
  }

  onCall(listener: (event: CentreCallEvent) => void): () => void {
    this.#onCall.add(listener);
    return () => this.#onCall.delete(listener);
  }

  /**
   * Tells what was collected. A listener that causes further changes has them told after this round, so that every
   * listener hears everything in the same order.
   */
  commit(): void {
    if (this.#telling) return;
    this.#telling = true;
    try {
      while (this.#isDirty()) this.#tell();
    } finally {
      this.#telling = false;
    }
  }

  #isDirty(): boolean {
    return this.#link || this.#agents.size > 0 || this.#queues.size > 0 || this.#calls.length > 0;
  }

  #tell(): void {
    const [agents, queues, link, calls] = [this.#agents, this.#queues, this.#link, this.#calls];
    this.#agents = new Set();
    this.#queues = new Set();
    this.#link = false;
    this.#calls = [];
    const change: CentreChange = {
      agents: [...agents].map((id) => this.#deps.agent(id)).filter((agent) => agent !== null),
      queues: [...queues].map((id) => this.#deps.queue(id)).filter((queue) => queue !== null),
      link,
    };
    if (change.link || change.agents.length > 0 || change.queues.length > 0) {
      for (const listener of this.#onChanged) this.#guarded(listener, change);
    }
    for (const event of calls) {
      for (const listener of this.#onCall) this.#guarded(listener, event);
    }
  }

  /** One listener that fails must not keep the others from hearing. */
  #guarded<T>(listener: (value: T) => void, value: T): void {
    try {
      listener(value);
    } catch (error) {
      this.#deps.log.error({ error }, 'a listener of the call centre failed');
    }
  }
}
