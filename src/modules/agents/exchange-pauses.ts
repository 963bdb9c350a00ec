import { type Schedule } from '../../platform/schedule.js';
import { DomainError } from '../../platform/errors.js';
import { type Telephony } from '../telephony/telephony.port.js';
import { type CentreLog } from './call-centre.port.js';

/** What the exchange should have of an agent; null where it does not matter (no shift, in no queue). */
export interface DesiredPause {
  readonly extension: string;
  /** Null: not paused. */
  readonly reason: string | null;
}

export interface ExchangePausesDeps {
  readonly telephony: Pick<Telephony, 'pause' | 'unpause' | 'status'>;
  readonly schedule: Schedule;
  readonly log: CentreLog;
  readonly desired: (agentId: number) => DesiredPause | null;
}

interface Member {
  /** What the exchange has, as far as we know: a reason, null for none. `unknown` asks for setting it anew. */
  actual: { readonly known: true; readonly reason: string | null } | { readonly known: false };
  running: boolean;
  failures: number;
  cancelRetry: (() => void) | null;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 15_000;

/**
 * Keeps the exchange's pause of each agent as our state wants it. It is a reconciliation, not a queue of commands: when
 * an agent's state moves faster than the exchange answers, only the last wish is sent. One command an agent at a time, so
 * that they arrive in order; a command that fails is tried again, ever more slowly, until it is no longer wanted.
 */
export class ExchangePauses {
  readonly #deps: ExchangePausesDeps;
  readonly #members = new Map<number, Member>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;
  #started = false;

  constructor(deps: ExchangePausesDeps) {
    this.#deps = deps;
  }

  /** Before this nothing is sent: what is restored is not yet what is. */
  start(): void {
    this.#started = true;
  }

  /** The agent's state may want something else now. While the link is down nothing is sent; see `observed`. */
  request(agentId: number): void {
    if (!this.#started || this.#stopped || !this.#deps.telephony.status().connected) return;
    const member = this.#member(agentId);
    if (member.running || member.cancelRetry !== null || !this.#differs(agentId, member)) return;
    member.running = true;
    const run = this.#run(agentId, member).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** What the exchange says it has; told for every agent whenever the link comes back. Returns whether it is not what we want, and we did not know. */
  observed(agentId: number, reason: string | null): boolean {
    const member = this.#member(agentId);
    // While a command is under way its own echo, or the one before it, says nothing of what will be.
    if (member.running) return false;
    const knew = member.actual.known && member.actual.reason === reason;
    member.actual = { known: true, reason };
    const differs = this.#differs(agentId, member);
    if (differs) this.request(agentId);
    return differs && !knew;
  }

  /** The agent entered a queue, where a pause set before may not hold. */
  joined(agentId: number): void {
    const member = this.#member(agentId);
    if (member.actual.known && member.actual.reason === null) return;
    member.actual = { known: false };
    this.request(agentId);
  }

  forget(agentId: number): void {
    this.#members.get(agentId)?.cancelRetry?.();
    this.#members.delete(agentId);
  }

  /** Settles when the commands under way are done; no further ones are sent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const member of this.#members.values()) member.cancelRetry?.();
    await Promise.all(this.#running);
  }

  #member(agentId: number): Member {
    let member = this.#members.get(agentId);
    if (member === undefined) {
      member = { actual: { known: false }, running: false, failures: 0, cancelRetry: null };
      this.#members.set(agentId, member);
    }
    return member;
  }

  #differs(agentId: number, member: Member): boolean {
    const desired = this.#deps.desired(agentId);
    return desired !== null && !(member.actual.known && member.actual.reason === desired.reason);
  }

  async #run(agentId: number, member: Member): Promise<void> {
    try {
      // After the step that asked for it: an exchange in the same process answers with events at once.
      await Promise.resolve();
      while (!this.#stopped && this.#differs(agentId, member)) {
        const desired = this.#deps.desired(agentId);
        if (desired === null) return;
        await this.#send(desired);
        member.actual = { known: true, reason: desired.reason };
        member.failures = 0;
      }
    } catch (error) {
      this.#retryLater(agentId, member, error);
    } finally {
      member.running = false;
    }
  }

  async #send({ extension, reason }: DesiredPause): Promise<void> {
    const { telephony } = this.#deps;
    if (reason === null) await telephony.unpause(extension);
    else await telephony.pause(extension, reason);
  }

  #retryLater(agentId: number, member: Member, error: unknown): void {
    member.actual = { known: false };
    member.failures += 1;
    // A link that is down is told by itself, once, and not for every agent.
    const linkIsDown = error instanceof DomainError && error.code === 'unavailable';
    if (!linkIsDown || member.failures === 1) {
      this.#deps.log.warn({ agentId, error, failures: member.failures }, 'the exchange did not take a pause');
    }
    if (this.#stopped) return;
    member.cancelRetry = this.#deps.schedule(
      () => {
        member.cancelRetry = null;
        this.request(agentId);
      },
      Math.min(FIRST_RETRY_MS * 2 ** (member.failures - 1), LAST_RETRY_MS),
    );
  }

  /** The link is back: what waited for a retry need not wait any longer. */
  retryNow(): void {
    for (const [agentId, member] of this.#members) {
      if (member.cancelRetry === null) continue;
      member.cancelRetry();
      member.cancelRetry = null;
      member.failures = 0;
      this.request(agentId);
    }
  }
}
