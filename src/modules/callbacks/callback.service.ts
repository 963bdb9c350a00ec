import { DateTime } from 'luxon';
import { DomainError } from '../../platform/errors.js';
import { type CallbackView } from '../../shared/desk.js';
import { checkBooking, type BookingRequest } from './booking.domain.js';
import { type CallFact } from './callback-call.domain.js';
import { CallbackFollower } from './callback-follower.service.js';
import { CallbackRunner, type CallbackRunnerDeps, type CallbackRunnerSettings } from './callback-runner.service.js';
import { isActive, toCallbackView, transition, type Callback, type CallbackDraft } from './callback.domain.js';
import {
  type CallbackAttendances,
  type CallbackCustomers,
  type CallbackFilter,
  type CallbackPage,
  type CallbackQueues,
} from './callback.port.js';
import { type CallbackSettings } from './callback-settings.domain.js';

export interface CallbacksDeps extends Omit<CallbackRunnerDeps, 'settings' | 'follower' | 'onChanged'> {
  readonly customers: CallbackCustomers;
  readonly attendances: CallbackAttendances;
  readonly queues: CallbackQueues;
  readonly settings: CallbackSettings;
}

/** Who asks to book or to cancel. */
export interface CallbackActor {
  readonly userId: number;
  /** May cancel what others promised. */
  readonly mayEditAll: boolean;
}

/**
 * Scheduled callbacks: what agents promise, and the keeping of it. Promises live in the database alone, so that any
 * process, at any time, can go on where another stopped; `tick` does so (see `CallbackRunner`).
 */
export class Callbacks {
  readonly #deps: CallbacksDeps;
  readonly #follower: CallbackFollower;
  readonly #runner: CallbackRunner;
  readonly #listeners = new Set<(agentId: number) => void>();

  constructor(deps: CallbacksDeps) {
    this.#deps = deps;
    const settings: CallbackRunnerSettings = {
      hours: deps.settings.booking.hours,
      retryMs: deps.settings.retryMinutes * 60_000,
      reofferMs: deps.settings.reofferSeconds * 1000,
      reserveMs: deps.settings.reserveSeconds * 1000,
      claimMs: deps.settings.claimSeconds * 1000,
    };
    const onChanged = (callback: Callback): void => {
      this.#tell(callback);
    };
    this.#follower = new CallbackFollower({ ...deps, rules: settings, onChanged });
    this.#runner = new CallbackRunner({ ...deps, settings, follower: this.#follower, onChanged });
  }

  /**
   * Books a call for the agent who asks. Asking twice for the same number and moment books once. Throws a `DomainError`
   * with the field that is wrong, `conflict` when the agent has too many open or the queue offers no callbacks,
   * `not-found` for an unknown attendance.
   */
  async book(
    agentId: number,
    request: BookingRequest & { readonly attendanceId: number | null },
  ): Promise<CallbackView> {
    const { settings, repository } = this.#deps;
    const now = this.#deps.now().getTime();
    const isHoliday = await this.#deps.holidays.isHoliday(request.date);
    const booking = checkBooking(request, settings.booking, now, isHoliday);
    const attendance = await this.#attendance(request.attendanceId);
    await this.#requireOffered(attendance?.queueId ?? this.#deps.queues.currentOf(agentId));
    const customer = attendance?.customerId ?? (await this.#deps.customers.findByNumber(booking.number))?.id ?? null;
    const draft: CallbackDraft = {
      ...booking,
      customerId: customer,
      ownerId: agentId,
      queueId: attendance?.queueId ?? null,
      attendanceId: request.attendanceId,
      createdBy: agentId,
      maxAttempts: settings.maxAttempts,
      nextAttemptAt: booking.dueAt,
      updatedAt: now,
    };
    const callback = await repository.insert(draft, settings.maxOpenPerOwner);
    if (callback === null) {
      throw new DomainError('conflict', 'callbacks:error.too-many', { params: { max: settings.maxOpenPerOwner } });
    }
    this.#tell(callback);
    return toCallbackView(callback);
  }

  /** Withdraws a promise. `conflict` when its call is under way or it has ended, `forbidden` when it is another's. */
  async cancel(actor: CallbackActor, callbackId: number): Promise<void> {
    for (;;) {
      const callback = await this.#deps.repository.find(callbackId);
      if (callback === null) throw new DomainError('not-found', 'callbacks:error.not-found');
      const isOwner = callback.ownerId === actor.userId;
      if (!isOwner && !actor.mayEditAll) throw new DomainError('forbidden', 'callbacks:error.not-yours');
      const result = transition(
        callback,
        {
          type: 'cancelled',
          at: this.#deps.now().getTime(),
          reason: isOwner ? 'cancelled-by-owner' : 'cancelled-by-other',
        },
        { retryMs: 0, reofferMs: 0 },
      );
      if (result.kind !== 'moved') {
        throw new DomainError(
          'conflict',
          isActive(callback.state) ? 'callbacks:error.under-way' : 'callbacks:error.ended',
        );
      }
      // When it moved on meanwhile, what is said about it has to be said about what it is now.
      if (!(await this.#deps.repository.save(result.callback, result.attempt))) continue;
      if (callback.state === 'reserved') await this.#follower.release(callback);
      this.#tell(result.callback);
      return;
    }
  }

  /** The open ones of an agent, and those that ended today (the operation's day). */
  async listFor(agentId: number): Promise<readonly CallbackView[]> {
    const midnight = DateTime.fromJSDate(this.#deps.now(), { zone: this.#deps.settings.timeZone }).startOf('day');
    return (await this.#deps.repository.ofOwner(agentId, midnight.toMillis())).map(toCallbackView);
  }

  /** For the administrators' page. */
  list(filter: CallbackFilter): Promise<CallbackPage> {
    return this.#deps.repository.list(filter);
  }

  /** The promise a call keeps; null for other calls. */
  async byCall(callId: string): Promise<CallbackView | null> {
    const found = await this.#deps.repository.findByCall(callId);
    return found === null ? null : toCallbackView(found.callback);
  }

  /** Looks at what is due, and at what a process left behind. Safe to run at any time, in any number of processes. */
  tick(): Promise<void> {
    return this.#runner.tick();
  }

  /** Takes up at once whatever call was under way, whoever had claimed it: for a process that has just begun to tick. */
  recover(): Promise<void> {
    return this.#runner.recover();
  }

  /** To be told every event of every call; those that keep no promise are passed over. Returns at once. */
  onCallEvent(event: CallFact): void {
    this.#follower.onCallEvent(event);
  }

  /** Tells which agent's callbacks have changed. Returns its own undo. */
  onChanged(listener: (agentId: number) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Settles when no event is left to store. */
  idle(): Promise<void> {
    return this.#follower.idle();
  }

  #tell(callback: Callback): void {
    if (callback.ownerId === null) return;
    for (const listener of this.#listeners) {
      try {
        listener(callback.ownerId);
      } catch (error) {
        this.#deps.log.error({ err: error, callbackId: callback.id }, 'a listener of callbacks failed');
      }
    }
  }

  async #requireOffered(queueId: number | null): Promise<void> {
    if (queueId === null || (await this.#deps.queues.offersCallbacks(queueId))) return;
    throw new DomainError('conflict', 'callbacks:error.queue-without-callback');
  }

  async #attendance(
    id: number | null,
  ): Promise<{ readonly customerId: number | null; readonly queueId: number | null } | null> {
    if (id === null) return null;
    const attendance = await this.#deps.attendances.find(id);
    if (attendance === null) throw new DomainError('not-found', 'callbacks:error.no-attendance');
    return attendance;
  }
}
