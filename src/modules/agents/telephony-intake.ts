import { normaliseNumber } from '../customers/phone-number.domain.js';
import { type CallDestination, type CallEvent } from '../calls/index.js';
import { type CallTarget, type TelephonyEvent } from '../telephony/telephony.port.js';
import { type CentreLog, type CustomerLookup } from './call-centre.port.js';
import { type ExchangePauses } from './exchange-pauses.js';
import { type LiveState } from './live-state.js';

type StartEvent = Extract<TelephonyEvent, { type: 'call-started' }>;
type CallFact = Exclude<Extract<TelephonyEvent, { callId: string }>, StartEvent>;
type ConferencedEvent = Extract<CallEvent, { type: 'conferenced' }>;
type MemberFact = Exclude<TelephonyEvent, StartEvent | CallFact>;

export interface TelephonyIntakeDeps {
  readonly live: LiveState;
  readonly pauses: ExchangePauses;
  readonly customers: CustomerLookup;
  readonly log: CentreLog;
  /** Something was told of a call we do not know: the picture must be compared. */
  readonly onGap: () => void;
  /** Someone is in a queue who should not be. */
  readonly onStranger: (agentId: number, queueId: number) => void;
}

/** Turns what the exchange tells into steps of the picture: its extensions and queue names into our ids. */
export class TelephonyIntake {
  readonly #deps: TelephonyIntakeDeps;
  readonly #lookups = new Set<Promise<void>>();

  constructor(deps: TelephonyIntakeDeps) {
    this.#deps = deps;
  }

  take(event: TelephonyEvent): void {
    if (event.type === 'call-started') this.start(event);
    else if ('callId' in event) this.#move(event);
    else this.#member(event);
    this.#deps.live.feed.commit();
  }

  /** Takes in a call that has begun. Also used for one that was only found, when it already ran. */
  start(event: Omit<StartEvent, 'type'>): void {
    const { live, log } = this.#deps;
    live.touch(`call:${event.callId}`);
    const queue = event.queue === null ? null : live.queues.findByExchangeName(event.queue);
    if (event.queue !== null && queue === null) log.warn({ queue: event.queue }, 'a call of a queue we do not know');
    const number = normaliseNumber(event.number);
    const call = live.startCall({
      callId: event.callId,
      direction: event.direction,
      number,
      customer: null,
      queueId: queue?.id ?? null,
      queueName: queue?.name ?? event.queue,
      agentId: this.#agentId(event.extension),
      startedAt: event.at,
      consults: event.consults ?? null,
    });
    // Whom an agent asks is no customer.
    if (call !== null && call.direction !== 'consult') this.identify(call.callId, number);
  }

  /** Asks whose number it is; the call does not wait for it. */
  identify(callId: string, number: string): void {
    const { customers, live, log } = this.#deps;
    const lookup = customers.findByNumber(number).then(
      (customer) => {
        if (customer === null) return;
        live.identify(callId, { id: customer.id, name: customer.name });
        live.feed.commit();
      },
      (error: unknown) => {
        log.error({ error, callId }, 'the customer of a call could not be looked up');
      },
    );
    const settled = lookup.finally(() => this.#lookups.delete(settled));
    this.#lookups.add(settled);
  }

  /** Settles when no customer is being looked up. */
  async idle(): Promise<void> {
    await Promise.all(this.#lookups);
  }

  #move(event: CallFact): void {
    const { live, log, onGap } = this.#deps;
    live.touch(`call:${event.callId}`);
    if (live.calls.find(event.callId) === null) {
      // An end is the last that will be heard of it; anything else means that it lives without our knowing.
      log.warn({ event }, 'an event of a call we do not know');
      if (event.type !== 'call-ended') onGap();
      return;
    }
    live.moveCall(event.callId, this.#toCallEvent(event));
    if (event.type !== 'call-conferenced') return;
    live.touch(`call:${event.second}`);
    live.moveCall(event.second, { ...this.#toConferenced(event), second: event.callId });
  }

  #toCallEvent(event: CallFact): CallEvent {
    const { at } = event;
    switch (event.type) {
      case 'call-ended':
        return { type: 'ended', at, by: event.by, cause: event.cause };
      case 'call-declined':
        return { type: 'declined', at, agentId: this.#agentId(event.extension), cause: event.cause };
      case 'call-answered':
        return {
          type: 'answered',
          at,
          agentId: this.#agentId(event.extension),
          peerId: this.#agentId(event.peer ?? null),
        };
      case 'transfer-started': {
        const agentId = this.#agentId(event.extension);
        return { type: 'transfer-started', at, agentId, target: this.destination(event.target) };
      }
      case 'transfer-failed':
        return { type: 'transfer-failed', at, agentId: this.#agentId(event.extension), cause: event.cause };
      case 'call-transferred':
        return this.#toTransferred(event);
      case 'call-conferenced':
        return this.#toConferenced(event);
      default:
        return { type: STEP[event.type], at, agentId: this.#agentId(event.extension) };
    }
  }

  #toTransferred(event: Extract<CallFact, { type: 'call-transferred' }>): CallEvent {
    const { at, from, how, queue, extension } = event;
    const to =
      extension === null
        ? this.destination({ kind: 'queue', queue: queue ?? '' })
        : this.destination({ kind: 'agent', extension });
    return { type: 'transferred', at, agentId: this.#agentId(from), to, how, second: event.second ?? null };
  }

  #toConferenced({ at, extension, second }: Extract<CallFact, { type: 'call-conferenced' }>): ConferencedEvent {
    return { type: 'conferenced', at, agentId: this.#agentId(extension), second };
  }

  /** A target of the exchange in our ids. */
  destination(target: CallTarget): CallDestination {
    const { live } = this.#deps;
    switch (target.kind) {
      case 'agent': {
        const agent = live.agents.findByExtension(target.extension);
        return { kind: 'agent', id: agent?.id ?? null, name: agent?.identity.name ?? target.extension };
      }
      case 'queue': {
        const queue = live.queues.findByExchangeName(target.queue);
        return { kind: 'queue', id: queue?.id ?? null, name: queue?.name ?? target.queue };
      }
      case 'number':
        return { kind: 'number', id: null, name: normaliseNumber(target.number) };
    }
  }

  #member(event: MemberFact): void {
    const { live, pauses, log, onStranger } = this.#deps;
    const agent = live.agents.findByExtension(event.extension);
    if (agent === null) return;
    switch (event.type) {
      case 'phone-registered':
      case 'phone-unregistered':
        live.touch(`phone:${event.extension}`);
        live.moveAgent(agent.id, { type: event.type, at: event.at });
        break;
      case 'member-paused':
      case 'member-unpaused':
        live.touch(`pause:${event.extension}`);
        pauses.observed(agent.id, event.type === 'member-paused' ? event.reason : null);
        break;
      case 'member-logged-in':
      case 'member-logged-out': {
        live.touch(`member:${event.extension}`);
        const queue = live.queues.findByExchangeName(event.queue);
        if (queue === null) {
          log.warn({ event }, 'a member of a queue we do not know');
          break;
        }
        const loggedIn = event.type === 'member-logged-in';
        live.agents.setMember(agent.id, queue.id, loggedIn, event.at);
        if (loggedIn) pauses.joined(agent.id);
        if (loggedIn && agent.state.shiftStartedAt === null) onStranger(agent.id, queue.id);
      }
    }
  }

  #agentId(extension: string | null): number | null {
    return extension === null ? null : (this.#deps.live.agents.findByExtension(extension)?.id ?? null);
  }
}

const STEP = {
  'call-offered': 'offered',
  'call-accepted': 'accepted',
  'call-held': 'held',
  'call-resumed': 'resumed',
} as const;
