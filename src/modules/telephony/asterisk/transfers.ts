import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../platform/errors.js';
import { type EndedBy, type TelephonyEvent, type TransferRequest } from '../telephony.port.js';
import { hangUpChannel, ignoreRefusal } from './ami-commands.js';
import { interfaceOf, type Ami } from './asterisk-directory.js';
import { type AsteriskSettings } from './asterisk-settings.domain.js';
import { type CallBook } from './call-book.js';
import { type HandOver } from './hand-over.js';
import { offerHeaders, originate, trunkAddress, type Variables } from './originate.js';
import { type TargetCheck } from './target-check.js';
import { newLeg, type ChannelRef, type TrackedCall } from './tracked-call.js';

export interface TransfersDeps {
  readonly ami: Ami;
  readonly settings: AsteriskSettings;
  readonly book: CallBook;
  readonly handOver: HandOver;
  readonly targets: TargetCheck;
  readonly emit: (event: TelephonyEvent) => void;
  readonly now: () => number;
  /** The number of a queue in the dialplan of the settings' context; empty when it has none. */
  readonly queueNumber: (queue: string) => Promise<string>;
  readonly until: (holds: () => boolean) => Promise<boolean>;
}

/** Of an attempt that is called off: should the target answer at the same moment, the dialplan keeps the customer. */
const TEMPORARY_FAILURE = 41;

/**
 * Sends calls on, joins two, and lets three talk. Whoever has a call keeps it, and hears and is heard as before, until the
 * other side is there: the dialplan puts the customer and the new phone into one bridge, and only that lets the old one go.
 */
export class Transfers {
  readonly #deps: TransfersDeps;

  constructor(deps: TransfersDeps) {
    this.#deps = deps;
  }

  async transfer({ callId, extension, target, targetRingSeconds }: TransferRequest): Promise<void> {
    const { book, targets } = this.#deps;
    const call = this.#require(callId);
    await targets.require(target);
    if (!call.isComplete || call.extension !== extension || call.attempt !== null || book.find(callId) !== call) {
      throw notNow(extension);
    }
    call.attempt = { target, from: extension, isTakenBack: false };
    const at = this.#deps.now();
    this.#deps.emit({ type: 'transfer-started', at, callId, extension, target });
    try {
      if (target.kind === 'queue') await this.#toQueue(call, target.queue);
      else await this.#ring(call, target, targetRingSeconds);
    } catch (error) {
      this.#deps.handOver.failTransfer(call, 'unreachable', this.#deps.now());
      throw error;
    }
  }

  async takeBack(callId: string): Promise<void> {
    const { ami, book, until } = this.#deps;
    const call = book.find(callId);
    const attempt = call?.attempt ?? null;
    const leg = call?.legOf('target') ?? null;
    if (call === null || attempt === null || leg === null) return;
    // Asterisk has taken it, but no event has told of its channel yet.
    if (!(await until(() => leg[1].name !== '' || call.attempt !== attempt)) || call.attempt !== attempt) return;
    attempt.isTakenBack = true;
    await ami.act({ Action: 'Hangup', Channel: leg[1].name, Cause: TEMPORARY_FAILURE }).catch(() => undefined);
    await until(() => call.attempt !== attempt);
  }

  async join(callId: string, secondId: string): Promise<void> {
    const { ami, until } = this.#deps;
    const [first, second] = this.#requireTwo(callId, secondId);
    const { customer } = first;
    const { customer: other, agent } = second;
    if (customer === null || other === null || agent === null) throw notNow(first.extension ?? '');
    // The leg has the name of the channel, so that its own end is told by the call it belongs to until then.
    first.legs.set(other.id, newLeg({ kind: 'joining', extension: second.peer, name: other.name, second: secondId }));
    try {
      await this.#write(other, [
        ['CITRUS_CUSTOMER', customer.name],
        ['CITRUS_EXTENSION', second.peer ?? ''],
        ['CITRUS_CALL_ID', callId],
        ['CITRUS_ALSO', [...first.alsoKnownAs, secondId].join(',')],
        ['CITRUS_DIRECTION', first.direction],
        ['CITRUS_CONSULTS', ''],
      ]);
      const Context = second.peer === null ? 'citrus-take-number' : 'citrus-take';
      await ami.act({ Action: 'Redirect', Channel: other.name, Context, Exten: 's', Priority: 1 });
      if (!(await until(() => !first.legs.has(other.id)))) throw notNow(first.extension ?? '');
      // Of a conference it waits in silence; else it is gone by itself.
      await hangUpChannel(ami, agent.name);
    } finally {
      first.legs.delete(other.id);
    }
  }

  async confer(callId: string, secondId: string): Promise<void> {
    const { ami, handOver, until } = this.#deps;
    const [first, second] = this.#requireTwo(callId, secondId);
    if (first.conference === secondId) return;
    const { customer } = first;
    const other = second.customer;
    const silent = second.agent;
    if (customer === null || other === null || silent === null) throw notNow(first.extension ?? '');
    handOver.expectConference(first, second);
    await this.#write(other, [['CITRUS_CUSTOMER', customer.name]]);
    const both = { Channel: other.name, ExtraChannel: silent.name };
    const there = { Context: 'citrus-confer', Exten: 's', Priority: 1 };
    const here = { ExtraContext: 'citrus-silent', ExtraExten: 's', ExtraPriority: 1 };
    try {
      await ami.act({ Action: 'Redirect', ...both, ...there, ...here });
      if (!(await until(() => first.conference === secondId))) throw notNow(first.extension ?? '');
    } finally {
      handOver.unexpectConference(second);
    }
  }

  /** Ends a call for everyone in it. */
  async hangUp(call: TrackedCall, by: EndedBy): Promise<void> {
    call.endAskedBy ??= by;
    // First: when two of three are left, the end of one would be that of the other.
    if (call.consults === null) await this.#partConference(call);
    await hangUpChannel(this.#deps.ami, call.channel);
  }

  /** A call has ended: whoever rings for it need not any more, and of a conference the other call goes on. */
  async letGo(ended: TrackedCall): Promise<void> {
    const { ami, book } = this.#deps;
    for (const [, leg] of ended.legs) {
      if (leg.kind === 'target' || leg.kind === 'returning') await hangUpChannel(ami, leg.name);
    }
    const first = ended.consults === null ? null : book.find(ended.conference ?? '');
    if (first === null) {
      if (await this.#partConference(ended)) await hangUpChannel(ami, ended.agent?.name ?? '');
      return;
    }
    // Customer and agent are left in the bridge; what goes too is the agent's second phone leg, which was silent.
    first.conference = null;
    await hangUpChannel(ami, ended.agent?.name ?? '');
  }

  /** The second call of a conference is between its two again, on the agent's own leg for it. */
  async #partConference(first: TrackedCall): Promise<boolean> {
    const { ami, book } = this.#deps;
    const second = first.conference === null ? null : book.find(first.conference);
    if (second === null) return false;
    first.conference = null;
    second.conference = null;
    const { agent, customer } = second;
    if (agent === null || customer === null) return false;
    await ami.act({ Action: 'Bridge', Channel1: agent.name, Channel2: customer.name, Tone: 'no' }).catch(ignoreRefusal);
    return true;
  }

  async #ring(
    call: TrackedCall,
    target: Exclude<TransferRequest['target'], { kind: 'queue' }>,
    ringSeconds: number,
  ): Promise<void> {
    const { ami, book, settings } = this.#deps;
    const isNumber = target.kind === 'number';
    const dialString = isNumber ? trunkAddress(settings, target.number) : interfaceOf(target.extension);
    const extension = isNumber ? null : target.extension;
    const channelId = randomUUID();
    const variables: Variables = [
      ['__CITRUS_CALL_ID', call.callId],
      ['__CITRUS_DIRECTION', call.direction],
      ['__CITRUS_NUMBER', call.number],
      ['CITRUS_PART', 'target'],
      ['CITRUS_CUSTOMER', call.customer?.name ?? ''],
      ['CITRUS_FROM', call.attempt?.from ?? ''],
      isNumber ? ['CITRUS_TARGET_NUMBER', target.number] : ['CITRUS_EXTENSION', target.extension],
      ...(isNumber ? [] : offerHeaders(call.callId, call.direction)),
    ];
    book.addLeg(call, channelId, newLeg({ kind: 'target', extension, dialString }));
    try {
      await ami.act(
        originate({
          ...{ dialString, channelId, ringSeconds, variables },
          context: isNumber ? 'citrus-take-number' : 'citrus-take',
          callerNumber: isNumber ? settings.callerNumber : call.number,
        }),
      );
    } catch (error) {
      book.removeLeg(call, channelId);
      throw error;
    }
  }

  /** By the way every customer takes into that queue, so that waiting there is as long as its own dialplan says. */
  async #toQueue(call: TrackedCall, queue: string): Promise<void> {
    const { ami, settings, queueNumber, until } = this.#deps;
    const number = await queueNumber(queue);
    const Channel = call.customer?.name ?? '';
    await this.#write(call.customer, [['CITRUS_QUEUE', queue]]);
    const own = { Context: settings.agentContext, Exten: number };
    const place = number === '' ? { Context: 'citrus-requeue', Exten: 's' } : own;
    await ami.act({ Action: 'Redirect', Channel, ...place, Priority: 1 });
    if (!(await until(() => call.attempt === null))) throw notNow(call.extension ?? '');
  }

  #require(callId: string): TrackedCall {
    const call = this.#deps.book.find(callId);
    if (call !== null) return call;
    throw new DomainError('not-found', 'exchange:unknown-call');
  }

  #requireTwo(callId: string, secondId: string): readonly [TrackedCall, TrackedCall] {
    const { book } = this.#deps;
    const [first, second] = [book.find(callId), book.find(secondId)];
    const fit = first?.isComplete === true && second?.isComplete === true && second.consults === callId;
    if (!fit || first.attempt !== null) throw notNow(first?.extension ?? '');
    return [first, second];
  }

  async #write(channel: ChannelRef | null, variables: Variables): Promise<void> {
    if (channel === null) return;
    for (const [name, value] of variables) {
      await this.#deps.ami.act({ Action: 'Setvar', Channel: channel.name, Variable: name, Value: String(value) });
    }
  }
}

function notNow(extension: string): DomainError {
  return new DomainError('conflict', 'exchange:not-in-call', { params: { extension } });
}
