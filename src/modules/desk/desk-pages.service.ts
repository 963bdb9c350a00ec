import { DomainError } from '../../platform/errors.js';
import { type PhoneLeases } from './phone-lease.domain.js';

/** What the pages of an agent mean to the agent's state. */
export interface PagePresence {
  pageConnected(agentId: number): Promise<unknown>;
  pageLost(agentId: number): Promise<unknown>;
}

export interface DeskPagesDeps {
  readonly leases: PhoneLeases;
  readonly presence: PagePresence;
  readonly onChanged: (agentId: number) => void;
  readonly setTimer: (run: () => void, ms: number) => () => void;
  readonly logError: (error: unknown, context: object) => void;
  /** How long a page may be gone before its agent counts as unreachable: a reload takes less. Milliseconds. */
  readonly graceMs: number;
}

interface OpenPage {
  readonly agentId: number;
  readonly pageId: string;
}

/**
 * Which pages of which agents are open, and what follows for the phone.
 *
 * A page is there while one of its connections is; when the last one goes it has `graceMs` to come back. Only the page
 * that holds the phone makes its agent reachable: a second tab that only watches does not.
 */
export class DeskPages {
  readonly #deps: DeskPagesDeps;
  readonly #connections = new Map<string, OpenPage>();
  readonly #connectionsOfAgent = new Map<number, Set<string>>();
  readonly #graces = new Map<string, () => void>();

  constructor(deps: DeskPagesDeps) {
    this.#deps = deps;
  }

  /** Whether anyone looks at this agent's desk. */
  isOpen(agentId: number): boolean {
    return this.#connectionsOfAgent.has(agentId);
  }

  opened(connectionId: string, agentId: number, pageId: string): void {
    this.#connections.set(connectionId, { agentId, pageId });
    const ofAgent = this.#connectionsOfAgent.get(agentId) ?? new Set();
    this.#connectionsOfAgent.set(agentId, ofAgent.add(connectionId));
    this.#cancelGrace(agentId, pageId);
    if (this.#deps.leases.holderOf(agentId)?.pageId === pageId) this.#arrived(agentId, pageId);
  }

  closed(connectionId: string): void {
    const page = this.#connections.get(connectionId);
    if (page === undefined) return;
    this.#connections.delete(connectionId);
    const ofAgent = this.#connectionsOfAgent.get(page.agentId);
    ofAgent?.delete(connectionId);
    if (ofAgent?.size === 0) this.#connectionsOfAgent.delete(page.agentId);
    if (this.#isPageOpen(page)) return;
    const key = graceKey(page);
    this.#graces.set(
      key,
      this.#deps.setTimer(() => {
        this.#graces.delete(key);
        this.#gone(page);
      }, this.#deps.graceMs),
    );
  }

  /** Returns the page that holds the phone afterwards. */
  claim(agentId: number, pageId: string, force: boolean): string {
    const holder = this.#deps.leases.claim(agentId, pageId, force);
    if (holder === pageId) this.#arrived(agentId, pageId);
    return holder;
  }

  /** Throws a conflict unless this page holds the agent's phone. */
  requireHolder(agentId: number, pageId: string): void {
    if (this.#deps.leases.holderOf(agentId)?.pageId !== pageId) {
      throw new DomainError('conflict', 'realtime:phone-elsewhere');
    }
  }

  /** Gives the phone up, as at the end of a shift. */
  release(agentId: number): void {
    this.#deps.leases.release(agentId);
    this.#tell(agentId, this.#deps.presence.pageLost(agentId));
  }

  /** Forgets every page and timer; for the ordered stop. */
  dispose(): void {
    for (const cancel of this.#graces.values()) cancel();
    this.#graces.clear();
    this.#connections.clear();
    this.#connectionsOfAgent.clear();
  }

  #arrived(agentId: number, pageId: string): void {
    this.#deps.leases.setConnected(agentId, pageId, true);
    this.#tell(agentId, this.#deps.presence.pageConnected(agentId));
  }

  #gone({ agentId, pageId }: OpenPage): void {
    if (this.#deps.leases.holderOf(agentId)?.pageId !== pageId) return;
    this.#deps.leases.setConnected(agentId, pageId, false);
    this.#tell(agentId, this.#deps.presence.pageLost(agentId));
  }

  #tell(agentId: number, told: Promise<unknown>): void {
    told.then(
      () => {
        this.#deps.onChanged(agentId);
      },
      (error: unknown) => {
        this.#deps.logError(error, { at: 'page presence', agentId });
      },
    );
  }

  #isPageOpen(page: OpenPage): boolean {
    for (const id of this.#connectionsOfAgent.get(page.agentId) ?? []) {
      if (this.#connections.get(id)?.pageId === page.pageId) return true;
    }
    return false;
  }

  #cancelGrace(agentId: number, pageId: string): void {
    const key = graceKey({ agentId, pageId });
    this.#graces.get(key)?.();
    this.#graces.delete(key);
  }
}

function graceKey({ agentId, pageId }: OpenPage): string {
  return `${String(agentId)} ${pageId}`;
}
