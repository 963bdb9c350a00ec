import { DomainError } from '../../platform/errors.js';
import { type PhonePart } from '../../shared/desk.js';
import { type PhoneLeases, type PhonePage } from './phone-lease.domain.js';

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
  readonly now: () => number;
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
  /** When the page with an agent's phone was lost; of that which is back, how long it was away. */
  readonly #lostAt = new Map<number, number>();
  readonly #silences = new Map<number, { readonly from: number; readonly until: number }>();
  /** By agent: when the time for an answer is up, the pages are told. */
  readonly #questions = new Map<number, () => void>();

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

  /** Returns the page that holds the phone afterwards. Another computer's page is asked first, see `PhoneLeases`. */
  claim(agentId: number, page: PhonePage, force: boolean): string {
    const { leases, now, onChanged } = this.#deps;
    const before = leases.requestOf(agentId);
    const holder = leases.claim(agentId, page, { force, now: now() });
    if (holder === page.pageId) this.#arrived(agentId, page.pageId);
    if (leases.requestOf(agentId) !== before) this.#questionChanged(agentId);
    if (holder !== page.pageId && force) onChanged(agentId);
    return holder;
  }

  /** The page that holds the phone says whether the computer that asks may have it. Too late is no error. */
  answer(agentId: number, pageId: string, isAgreed: boolean): void {
    const { leases, onChanged } = this.#deps;
    this.requireHolder(agentId, pageId);
    if (isAgreed) {
      const holder = leases.agree(agentId);
      if (holder !== null) this.#arrived(agentId, holder);
    } else leases.refuse(agentId);
    this.#questionChanged(agentId);
    onChanged(agentId);
  }

  /** Throws a conflict unless this page holds the agent's phone. */
  requireHolder(agentId: number, pageId: string): void {
    if (this.#deps.leases.holderOf(agentId)?.pageId !== pageId) {
      throw new DomainError('conflict', 'realtime:phone-elsewhere');
    }
  }

  /** Where the agent's phone is, and who asks for it. */
  phoneOf(agentId: number): PhonePart {
    const holder = this.#deps.leases.holderOf(agentId);
    const asked = this.#deps.leases.requestOf(agentId);
    return {
      phoneHolder: holder?.pageId ?? null,
      phoneDeviceId: holder?.deviceId ?? null,
      phoneRequest: asked === null ? null : { pageId: asked.pageId, until: asked.until, isRefused: asked.isRefused },
      phoneSilence: this.#silences.get(agentId) ?? null,
    };
  }

  /** Gives the phone up, as at the end of a shift. */
  release(agentId: number): void {
    this.#deps.leases.release(agentId);
    this.#lostAt.delete(agentId);
    this.#silences.delete(agentId);
    this.#questionChanged(agentId);
    this.#tell(agentId, this.#deps.presence.pageLost(agentId));
  }

  /** Forgets every page and timer; for the ordered stop. */
  dispose(): void {
    for (const cancel of [...this.#graces.values(), ...this.#questions.values()]) cancel();
    this.#graces.clear();
    this.#questions.clear();
    this.#connections.clear();
    this.#connectionsOfAgent.clear();
  }

  #arrived(agentId: number, pageId: string): void {
    const from = this.#lostAt.get(agentId);
    this.#lostAt.delete(agentId);
    if (from !== undefined) this.#silences.set(agentId, { from, until: this.#deps.now() });
    this.#deps.leases.setConnected(agentId, pageId, true);
    this.#tell(agentId, this.#deps.presence.pageConnected(agentId));
  }

  #gone({ agentId, pageId }: OpenPage): void {
    if (this.#deps.leases.withdraw(agentId, pageId)) {
      this.#questionChanged(agentId);
      this.#deps.onChanged(agentId);
    }
    if (this.#deps.leases.holderOf(agentId)?.pageId !== pageId) return;
    this.#deps.leases.setConnected(agentId, pageId, false);
    this.#lostAt.set(agentId, this.#deps.now());
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

  /** Who asked may take the phone when the time is up: the pages are told then, and not before. */
  #questionChanged(agentId: number): void {
    const { leases, setTimer, now, onChanged } = this.#deps;
    this.#questions.get(agentId)?.();
    this.#questions.delete(agentId);
    const asked = leases.requestOf(agentId);
    if (asked === null || asked.isRefused) return;
    this.#questions.set(
      agentId,
      setTimer(
        () => {
          // The timer counts by another clock than ours, and may be early by it.
          if (now() < asked.until) {
            this.#questionChanged(agentId);
            return;
          }
          this.#questions.delete(agentId);
          onChanged(agentId);
        },
        Math.max(0, asked.until - now()),
      ),
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
