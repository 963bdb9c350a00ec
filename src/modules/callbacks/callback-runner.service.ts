import { isAllowedAt, localDate, type AllowedHours } from './booking.domain.js';
import { freedomOf } from './callback-call.domain.js';
import { holdsOwner, type CallbackFollower, type CallbackLog } from './callback-follower.service.js';
import { transition, type Callback, type CallbackReason, type RetryRules } from './callback.domain.js';
import {
  type CallbackAgents,
  type CallbackHolidays,
  type CallbackRepository,
  type DoNotCallList,
} from './callback.port.js';

export interface CallbackRunnerSettings extends RetryRules {
  readonly hours: AllowedHours;
  /** How long before its time the owner is reserved. */
  readonly reserveMs: number;
  /** How long a claim is believed. */
  readonly claimMs: number;
}

export interface CallbackRunnerDeps {
  readonly repository: CallbackRepository;
  readonly agents: CallbackAgents;
  readonly follower: CallbackFollower;
  readonly doNotCall: DoNotCallList;
  readonly holidays: CallbackHolidays;
  readonly settings: CallbackRunnerSettings;
  /** Names this process in claims. */
  readonly processId: string;
  readonly now: () => Date;
  /** A new call id. */
  readonly newId: () => string;
  readonly log: CallbackLog;
  readonly onChanged: (callback: Callback) => void;
}

/** Nobody is on shift for longer. */
const RELEASE_AGAIN_MS = 24 * 3_600_000;

/**
 * Keeps promises: reserves the owner, claims, dials, and takes up what a dead process left.
 *
 * One customer is never dialled twice for one promise. What holds that: a claim and the attempt's call id are stored in one
 * transaction before anything is dialled; while an attempt is open only its id is dialled, and an exchange dials one id
 * once; an attempt is closed only by what the exchange says of it, or where it never left for the exchange.
 *
 * Nothing is remembered between two ticks, so any number of processes may run them, and any of them may die.
 */
export class CallbackRunner {
  readonly #deps: CallbackRunnerDeps;

  constructor(deps: CallbackRunnerDeps) {
    this.#deps = deps;
  }

  async tick(): Promise<void> {
    const now = this.#now();
    const active = await this.#deps.repository.active();
    await this.#takeUpAll(active.filter(({ claimedUntil }) => claimedUntil === null || claimedUntil <= now));
    await this.#serveWaiting();
  }

  /** As the first half of `tick`, whoever has claimed them and for however long. */
  async recover(): Promise<void> {
    await this.#takeUpAll(await this.#deps.repository.active());
    // Whoever died may have died between storing that an owner is free and saying so.
    const changed = await this.#deps.repository.changedSince(this.#now() - RELEASE_AGAIN_MS);
    for (const callback of changed) if (!holdsOwner(callback)) await this.#deps.follower.release(callback);
  }

  async #serveWaiting(): Promise<void> {
    const { repository, settings } = this.#deps;
    const waiting = await repository.waiting(this.#now() + settings.reserveMs);
    // Read after the waiting ones: what began meanwhile is then in one of the two, never in neither.
    const engaged = new Map<number, number>();
    for (const callback of [...(await repository.active()), ...waiting.filter(({ state }) => state === 'reserved')]) {
      if (callback.ownerId !== null && !engaged.has(callback.ownerId)) engaged.set(callback.ownerId, callback.id);
    }
    const byOwner = new Map<number | null, Callback[]>();
    for (const callback of waiting) {
      const own = byOwner.get(callback.ownerId);
      if (own === undefined) byOwner.set(callback.ownerId, [callback]);
      else own.push(callback);
    }
    await Promise.all(
      [...byOwner.values()].map(async (own) => {
        // Of one owner one after another: the second has to see that the first took the owner.
        for (const callback of own) await this.#guard(callback, () => this.#serve(callback, engaged));
      }),
    );
  }

  /** One waiting callback that is due, or nearly. */
  async #serve(callback: Callback, engaged: Map<number, number>): Promise<void> {
    const { follower } = this.#deps;
    const now = this.#now();
    if (now > callback.windowEndAt) {
      await follower.move(callback, { type: 'window-closed', at: now, reason: callback.reason ?? 'not-served' });
      return;
    }
    const isDue = now >= callback.nextAttemptAt;
    const freedom = await this.#freedomFor(callback, engaged, Math.max(now, callback.nextAttemptAt));
    if (freedom === 'do-not-call') {
      await follower.move(callback, { type: 'blocked', at: now, reason: freedom });
      return;
    }
    if (freedom !== 'free') {
      if (callback.state === 'reserved')
        await follower.move(callback, { type: 'owner-lost', at: now, reason: freedom });
      else if (isDue) await follower.move(callback, { type: 'held-back', at: now, reason: freedom });
      return;
    }
    const reserved = await this.#reserve(callback);
    if (reserved === null) return;
    if (callback.ownerId !== null) engaged.set(callback.ownerId, callback.id);
    if (isDue) await this.#fire(reserved);
  }

  /** What was right when it was booked is checked again, because days have passed since. */
  async #freedomFor(
    callback: Callback,
    engaged: ReadonlyMap<number, number>,
    at: number,
  ): Promise<'free' | CallbackReason> {
    if (!isAllowedAt(at, callback.timeZone, this.#deps.settings.hours)) return 'outside-hours';
    if (await this.#deps.holidays.isHoliday(localDate(at, callback.timeZone))) return 'holiday';
    if (await this.#deps.doNotCall.has(callback.number)) return 'do-not-call';
    if (callback.ownerId === null) return 'no-owner';
    const other = engaged.get(callback.ownerId);
    if (other !== undefined && other !== callback.id) return 'owner-busy';
    return freedomOf(this.#deps.agents.status(callback.ownerId)?.status ?? null, holdsOwner(callback));
  }

  /** The row first: a process that dies between the two leaves a row that says what it was about. */
  async #reserve(callback: Callback): Promise<Callback | null> {
    const { follower, agents, log, repository } = this.#deps;
    if (callback.ownerId === null) return null;
    const reserved =
      callback.state === 'reserved'
        ? callback
        : await follower.move(callback, { type: 'owner-reserved', at: this.#now() });
    if (reserved === null) return null;
    try {
      await agents.reserve(callback.ownerId, callback.id);
    } catch (error) {
      log.info({ err: error, callbackId: callback.id }, 'the owner of a callback could not be reserved');
      await follower.move(reserved, { type: 'owner-lost', at: this.#now(), reason: 'owner-busy' });
      return null;
    }
    // Cancelled between the two: whoever cancelled found nothing to release yet.
    const current = await repository.find(callback.id);
    if (current !== null && holdsOwner(current)) return reserved;
    await follower.release(callback);
    return null;
  }

  async #fire(callback: Callback): Promise<void> {
    const at = this.#now();
    const { processId: by, settings, repository, newId, follower, onChanged } = this.#deps;
    const claimed = transition(callback, { type: 'claimed', at, by, until: at + settings.claimMs }, settings);
    if (claimed.kind !== 'moved') return;
    const attempt = await repository.claim({ next: claimed.callback, callId: newId() });
    if (attempt === null) return;
    onChanged(claimed.callback);
    await follower.dial(claimed.callback, attempt.callId);
  }

  async #takeUpAll(callbacks: readonly Callback[]): Promise<void> {
    await Promise.all(callbacks.map((callback) => this.#guard(callback, () => this.#takeUp(callback))));
  }

  /** A call was begun, and nobody speaks for it any more: what is done next, the exchange decides. */
  async #takeUp(callback: Callback): Promise<void> {
    const { repository, processId, settings, follower, log } = this.#deps;
    const claimedUntil = this.#now() + settings.claimMs;
    const mine = { ...callback, claimedBy: processId, claimedUntil, version: callback.version + 1 };
    if (!(await repository.save(mine, null))) return;
    const attempt = await repository.openAttempt(callback.id);
    if (attempt === null) {
      log.error({ callbackId: callback.id }, 'an active callback has no open attempt');
      await follower.move(mine, { type: 'not-dialled', at: this.#now(), reason: 'call-failed', isIdSpent: true });
    } else if ((await follower.ask(mine, attempt.callId)) === 'unknown') {
      await this.#dialAgain(mine, attempt.callId);
    }
  }

  /** The attempt never reached the exchange: the same id again, or, where that is no longer right, back to waiting. */
  async #dialAgain(callback: Callback, callId: string): Promise<void> {
    const { follower, agents, log } = this.#deps;
    const now = this.#now();
    const freedom =
      now > callback.windowEndAt ? 'not-served' : await this.#freedomFor(callback, new Map<number, number>(), now);
    if (freedom !== 'free' || callback.ownerId === null) {
      const reason = freedom === 'free' ? 'no-owner' : freedom;
      await follower.apply(callId, { type: 'not-dialled', at: now, reason, isIdSpent: false });
      return;
    }
    log.warn({ callbackId: callback.id, callId }, 'a callback that was claimed and not dialled is dialled');
    try {
      await agents.reserve(callback.ownerId, callback.id);
    } catch {
      await follower.apply(callId, { type: 'not-dialled', at: now, reason: 'owner-busy', isIdSpent: false });
      return;
    }
    await follower.dial(callback, callId);
  }

  /** What fails for one promise must not keep the others waiting. */
  async #guard(callback: Callback, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#deps.log.error({ err: error, callbackId: callback.id }, 'a callback could not be served');
    }
  }

  #now(): number {
    return this.#deps.now().getTime();
  }
}
