import { missedEvents, type ExchangeCall, type LiveCall } from '../calls/index.js';
import { type Telephony, type TelephonyCall, type TelephonySnapshot } from '../telephony/telephony.port.js';
import { type Agent } from './agent-registry.js';
import { type CentreLog } from './call-centre.port.js';
import { type ExchangePauses } from './exchange-pauses.js';
import { type LiveState } from './live-state.js';
import { type Memberships } from './memberships.js';
import { type TelephonyIntake } from './telephony-intake.js';

/** `start` and `reconnect`: events were missed, and the exchange may have forgotten things of its own. */
export type ReconcileReason = 'start' | 'reconnect' | 'periodic' | 'gap';

export interface ReconcilerDeps {
  readonly telephony: Telephony;
  readonly live: LiveState;
  readonly intake: TelephonyIntake;
  readonly pauses: ExchangePauses;
  readonly memberships: Memberships;
  /** Whether a dial of this call is on its way to the exchange, which may therefore not know it yet. */
  readonly isDialling: (callId: string) => boolean;
  readonly now: () => number;
  readonly log: CentreLog;
}

/** How long a dial that the exchange did not confirm may still turn up there. */
const DIAL_DOUBT_MS = 30_000;

/**
 * Compares the picture with the exchange and heals what differs, each difference logged. The exchange is right about
 * calls, phones and members; we are right about pauses.
 *
 * A snapshot is old news by the time it is here: what was touched by an event after it was asked for is left for the next
 * round.
 */
export class Reconciler {
  readonly #deps: ReconcilerDeps;
  #running: Promise<void> | null = null;
  #next: ReconcileReason | null = null;
  /** A comparison after a gap that failed; the next one makes up for it. */
  #owed: ReconcileReason | null = null;
  #stopped = false;

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
  }

  /** Settles when a comparison that began after the asking is done. Never rejects. */
  async run(reason: ReconcileReason): Promise<void> {
    // What is asked for while one runs is done once, after it, for the weightiest of the reasons.
    if (this.#next === null || reason === 'start' || reason === 'reconnect') this.#next = reason;
    while (!this.#stopped && this.#next !== null) {
      if (this.#running === null) {
        const now = this.#next;
        this.#next = null;
        this.#running = this.#once(now).finally(() => {
          this.#running = null;
        });
      }
      await this.#running;
    }
    await this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #once(asked: ReconcileReason): Promise<void> {
    const { telephony, live, log } = this.#deps;
    const reason = this.#owed ?? asked;
    if (!telephony.status().connected) return;
    const { touched, stop } = live.watch();
    try {
      const snapshot = await telephony.snapshot();
      if (this.#stopped) return;
      this.#comparePhones(snapshot, touched);
      const lost = this.#compareMembers(snapshot, touched, reason);
      this.#comparePauses(snapshot, touched);
      this.#compareCalls(snapshot, touched);
      live.feed.commit();
      this.#owed = null;
      await this.#restoreMembers(lost);
      await this.#settleMissing(snapshot, touched);
    } catch (error) {
      if (reason === 'start' || reason === 'reconnect') this.#owed = reason;
      log.warn({ error, reason }, 'the picture could not be compared with the exchange');
    } finally {
      stop();
    }
  }

  #comparePhones(snapshot: TelephonySnapshot, touched: ReadonlySet<string>): void {
    const registered = new Set(snapshot.registered);
    for (const agent of this.#deps.live.agents.all()) {
      const { extension } = agent.identity;
      const is = extension !== null && registered.has(extension);
      if (agent.state.phoneRegistered === is || touched.has(`phone:${extension ?? ''}`)) continue;
      this.#healed({ agentId: agent.id, extension, phoneRegistered: is });
      this.#deps.live.moveAgent(agent.id, { type: is ? 'phone-registered' : 'phone-unregistered', at: snapshot.at });
    }
  }

  /** Returns what the exchange has forgotten while we could not see it, and should be asked for again. */
  #compareMembers(
    snapshot: TelephonySnapshot,
    touched: ReadonlySet<string>,
    reason: ReconcileReason,
  ): readonly { readonly agent: Agent; readonly queueId: number }[] {
    const { live, memberships } = this.#deps;
    const lost: { readonly agent: Agent; readonly queueId: number }[] = [];
    const theirs = this.#membersByAgent(snapshot);
    for (const agent of live.agents.all()) {
      if (touched.has(`member:${agent.identity.extension ?? ''}`)) continue;
      const are = theirs.get(agent.id) ?? new Set<number>();
      const onShift = agent.state.shiftStartedAt !== null;
      for (const queueId of [...agent.queueIds].filter((id) => !are.has(id))) {
        this.#healed({ agentId: agent.id, queueId, loggedIn: false });
        live.agents.setMember(agent.id, queueId, false, snapshot.at);
        if (onShift && (reason === 'start' || reason === 'reconnect')) lost.push({ agent, queueId });
      }
      for (const queueId of [...are].filter((id) => !agent.queueIds.has(id))) {
        this.#healed({ agentId: agent.id, queueId, loggedIn: true });
        live.agents.setMember(agent.id, queueId, true, snapshot.at);
      }
      if (!onShift && agent.queueIds.size > 0) void memberships.leaveAll(agent);
    }
    return lost;
  }

  #membersByAgent(snapshot: TelephonySnapshot): ReadonlyMap<number, ReadonlySet<number>> {
    const { live } = this.#deps;
    const members = new Map<number, Set<number>>();
    for (const { queue, extension } of snapshot.members) {
      const agentId = live.agents.findByExtension(extension)?.id;
      const queueId = live.queues.findByExchangeName(queue)?.id;
      if (agentId === undefined || queueId === undefined) continue;
      const known = members.get(agentId);
      if (known === undefined) members.set(agentId, new Set([queueId]));
      else known.add(queueId);
    }
    return members;
  }

  async #restoreMembers(lost: readonly { readonly agent: Agent; readonly queueId: number }[]): Promise<void> {
    for (const { agent, queueId } of lost) {
      try {
        await this.#deps.memberships.logIn(agent, queueId);
      } catch (error) {
        this.#deps.log.warn({ error, agentId: agent.id, queueId }, 'a lost membership could not be restored');
      }
    }
  }

  #comparePauses(snapshot: TelephonySnapshot, touched: ReadonlySet<string>): void {
    const { live, pauses } = this.#deps;
    const reasons = new Map(snapshot.paused.map(({ extension, reason }) => [extension, reason]));
    for (const agent of live.agents.all()) {
      const { extension } = agent.identity;
      if (extension === null || touched.has(`pause:${extension}`)) continue;
      const reason = reasons.get(extension) ?? null;
      if (pauses.observed(agent.id, reason)) this.#healed({ agentId: agent.id, exchangePause: reason });
    }
    pauses.retryNow();
  }

  #compareCalls(snapshot: TelephonySnapshot, touched: ReadonlySet<string>): void {
    const { live, intake, log } = this.#deps;
    // What is asked about a call comes after the call.
    const calls = [...snapshot.calls].sort(
      (a, b) => Number(a.consults !== undefined) - Number(b.consults !== undefined),
    );
    for (const theirs of calls) {
      if (touched.has(`call:${theirs.callId}`)) continue;
      const known = live.calls.find(theirs.callId);
      if (known?.state === 'ended') {
        log.error({ call: theirs }, 'the exchange has a call that has ended here');
        continue;
      }
      if (known === null) {
        this.#healed({ adopted: theirs });
        intake.start({ ...theirs, at: theirs.startedAt });
      }
      const ours = live.calls.live(theirs.callId);
      if (ours !== null) this.#catchUp(ours, theirs, snapshot.at);
    }
  }

  #catchUp(ours: LiveCall, theirs: TelephonyCall, at: number): void {
    const { live } = this.#deps;
    const events = missedEvents(ours, this.#toOurIds(theirs), at);
    if (events.length > 0) this.#healed({ callId: ours.callId, was: ours.state, is: theirs.state, missed: events });
    for (const event of events) live.moveCall(ours.callId, event);
  }

  #toOurIds(theirs: TelephonyCall): ExchangeCall {
    const { live, intake } = this.#deps;
    const agentOf = (extension: string | null | undefined): Agent | null =>
      typeof extension === 'string' ? live.agents.findByExtension(extension) : null;
    const agent = agentOf(theirs.extension);
    return {
      state: theirs.state,
      agentId: agent?.id ?? null,
      agentName: agent?.identity.name ?? '',
      answeredAt: theirs.answeredAt,
      queue: theirs.queue === null ? null : intake.destination({ kind: 'queue', queue: theirs.queue }),
      peerId: agentOf(theirs.peer)?.id ?? null,
      transfer: theirs.transfer === undefined ? null : intake.destination(theirs.transfer),
      conference: theirs.conference ?? null,
      alsoKnownAs: theirs.alsoKnownAs ?? [],
    };
  }

  /** Calls we have and the exchange has not: it is asked what became of each. */
  async #settleMissing(snapshot: TelephonySnapshot, touched: ReadonlySet<string>): Promise<void> {
    const { live, isDialling } = this.#deps;
    const there = new Set(snapshot.calls.map(({ callId }) => callId));
    const missing = live.calls.all().filter(({ callId }) => !there.has(callId) && !touched.has(`call:${callId}`));
    for (const call of missing) {
      if (this.#stopped || isDialling(call.callId)) continue;
      await this.#settle(call, snapshot.at, touched);
      live.feed.commit();
    }
  }

  async #settle(call: LiveCall, at: number, touched: ReadonlySet<string>): Promise<void> {
    const { live, telephony, now } = this.#deps;
    const { callId } = call;
    const found = await telephony.findCall(callId);
    if (found?.live === true || touched.has(`call:${callId}`)) return;
    if (found === null) {
      const neverSeen = call.direction !== 'inbound' && call.offers === 0 && call.acceptedAt === null;
      if (neverSeen && now() - call.startedAt < DIAL_DOUBT_MS) return;
      this.#healed({ callId, was: call.state, is: 'unknown to the exchange' });
      live.moveCall(callId, { type: 'ended', at, by: 'system', cause: neverSeen ? 'failed' : 'dropped' });
      return;
    }
    this.#healed({ callId, was: call.state, is: 'ended', by: found.by, cause: found.cause });
    if (found.answeredAt !== null && call.answeredAt === null) {
      live.moveCall(callId, { type: 'answered', at: found.answeredAt, agentId: call.agentId });
    }
    live.moveCall(callId, { type: 'ended', at, by: found.by, cause: found.cause });
  }

  #healed(difference: object): void {
    this.#deps.log.warn(difference, 'healed a difference to the exchange');
  }
}
