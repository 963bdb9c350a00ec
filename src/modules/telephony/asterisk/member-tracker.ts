import { type TelephonyEvent } from '../telephony.port.js';
import { type AmiMessage } from './ami-parser.js';
import { extensionOf, type QueueMembership } from './asterisk-directory.js';

/** Why a member is paused who is waited for with a kept call: for Asterisk only, and told nobody. */
export const RESERVED = 'citrus:reserved';

/**
 * Who is logged in to which queue, who is paused, whose phone is registered, as events and lists have told it. Asterisk
 * pauses a member in each queue by itself; told is one pause a person.
 */
export class MemberTracker {
  readonly #emit: (event: TelephonyEvent) => void;
  readonly #onPhoneChanged: (extension: string, isGone: boolean) => void;
  readonly #queues = new Map<string, Set<string>>();
  readonly #paused = new Map<string, string>();
  /** Pauses of people who are in no queue: Asterisk has nowhere to write them. */
  readonly #outside = new Map<string, string>();
  readonly #contacts = new Map<string, Set<string>>();
  readonly #waiting = new Set<() => void>();

  /** `onPhoneChanged` is told of every page that registers and goes (`isGone`), also of one that takes the place of another. */
  constructor(
    emit: (event: TelephonyEvent) => void,
    onPhoneChanged: (extension: string, isGone: boolean) => void = () => undefined,
  ) {
    this.#emit = emit;
    this.#onPhoneChanged = onPhoneChanged;
  }

  isMember(queue: string, extension: string): boolean {
    return this.#queues.get(extension)?.has(queue) === true;
  }

  isInAnyQueue(extension: string): boolean {
    return (this.#queues.get(extension)?.size ?? 0) > 0;
  }

  /** The reason; null while not paused. */
  pauseOf(extension: string): string | null {
    return this.#paused.get(extension) ?? null;
  }

  isRegistered(extension: string): boolean {
    return (this.#contacts.get(extension)?.size ?? 0) > 0;
  }

  listRegistered(): readonly string[] {
    return [...this.#contacts].filter(([, contacts]) => contacts.size > 0).map(([extension]) => extension);
  }

  listMembers(): readonly { readonly queue: string; readonly extension: string }[] {
    return [...this.#queues].flatMap(([extension, queues]) => [...queues].map((queue) => ({ queue, extension })));
  }

  listPaused(): readonly { readonly extension: string; readonly reason: string }[] {
    return [...this.#paused].map(([extension, reason]) => ({ extension, reason }));
  }

  /** Settles when `holds` does, after an event or a list; or at the time limit, because a command was done anyway. */
  async until(holds: () => boolean, limitMs: number): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        resolve();
      }, limitMs);
      timer.unref();
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  /** A pause, or its end (null), of somebody who is in no queue. */
  pauseOutside(extension: string, reason: string | null, at: number): void {
    if (reason === null) this.#outside.delete(extension);
    else this.#outside.set(extension, reason);
    if (!this.isInAnyQueue(extension)) this.#setPaused(extension, reason, at);
  }

  take(event: AmiMessage, at: number): void {
    if (event.event === 'ContactStatus') this.#contact(event, at);
    else if (event.event.startsWith('QueueMember')) this.#member(event, at);
    else return;
    this.#look();
  }

  /** Takes in the lists of the exchange, and tells what differs. */
  reconcile(
    lists: {
      readonly members: readonly QueueMembership[];
      readonly contacts: ReadonlyMap<string, ReadonlySet<string>>;
    },
    at: number,
  ): void {
    this.#reconcileContacts(lists.contacts, at);
    this.#reconcileMembers(lists.members, at);
    this.#look();
  }

  #reconcileContacts(theirs: ReadonlyMap<string, ReadonlySet<string>>, at: number): void {
    for (const extension of new Set([...this.#contacts.keys(), ...theirs.keys()])) {
      this.#setContacts(extension, new Set(theirs.get(extension)), at);
    }
  }

  #reconcileMembers(theirs: readonly QueueMembership[], at: number): void {
    const there = new Set(theirs.map(({ queue, extension }) => `${extension} ${queue}`));
    for (const { queue, extension } of this.listMembers()) {
      if (!there.has(`${extension} ${queue}`)) this.#setMember(queue, extension, false, at);
    }
    for (const { queue, extension } of theirs) this.#setMember(queue, extension, true, at);
    const reasons = new Map(this.#outside);
    for (const { extension } of theirs) reasons.delete(extension);
    for (const { extension, pausedFor } of theirs) {
      // The reason may be missing in one queue and written in another.
      if (pausedFor !== null && (pausedFor !== '' || !reasons.has(extension))) reasons.set(extension, pausedFor);
    }
    for (const extension of new Set([...this.#paused.keys(), ...reasons.keys()])) {
      this.#setPaused(extension, reasons.get(extension) ?? null, at);
    }
  }

  #member(event: AmiMessage, at: number): void {
    const extension = extensionOf(event.get('Interface'));
    if (extension === null) return;
    const queue = event.get('Queue');
    const reason = event.get('Paused') === '1' ? event.get('PausedReason') : null;
    switch (event.event) {
      case 'QueueMemberAdded':
        this.#setMember(queue, extension, true, at);
        // A member who joins paused brings no reason along.
        if (reason !== null && this.pauseOf(extension) === null) this.#setPaused(extension, reason, at);
        break;
      case 'QueueMemberRemoved':
        this.#setMember(queue, extension, false, at);
        break;
      case 'QueueMemberPause':
        this.#setPaused(extension, reason, at);
        break;
    }
  }

  #contact(event: AmiMessage, at: number): void {
    // Of somebody else's phone there may be no endpoint; the name of the address of record is the extension.
    const extension = event.get('AOR') === '' ? event.get('EndpointName') : event.get('AOR');
    const contacts = new Set(this.#contacts.get(extension));
    const isGone = /^(Removed|Unreachable)$/.test(event.get('ContactStatus'));
    if (isGone) contacts.delete(event.get('URI'));
    else contacts.add(event.get('URI'));
    this.#setContacts(extension, contacts, at);
  }

  #setContacts(extension: string, contacts: Set<string>, at: number): void {
    const before = this.#contacts.get(extension) ?? new Set<string>();
    const was = this.isRegistered(extension);
    if (contacts.size === 0) this.#contacts.delete(extension);
    else this.#contacts.set(extension, contacts);
    const is = contacts.size > 0;
    if (was !== is) this.#emit({ type: is ? 'phone-registered' : 'phone-unregistered', at, extension });
    const isGone = [...before].some((uri) => !contacts.has(uri));
    if (isGone || contacts.size > before.size) this.#onPhoneChanged(extension, isGone);
  }

  #setMember(queue: string, extension: string, isMember: boolean, at: number): void {
    if (this.isMember(queue, extension) === isMember) return;
    const queues = this.#queues.get(extension) ?? new Set();
    if (isMember) queues.add(queue);
    else queues.delete(queue);
    if (queues.size === 0) this.#queues.delete(extension);
    else this.#queues.set(extension, queues);
    const reason = this.pauseOf(extension);
    if (isMember) this.#outside.delete(extension);
    else if (queues.size === 0 && reason !== null) this.#outside.set(extension, reason);
    this.#emit({ type: isMember ? 'member-logged-in' : 'member-logged-out', at, queue, extension });
  }

  #setPaused(extension: string, told: string | null, at: number): void {
    const reason = told === RESERVED ? null : told;
    if (this.pauseOf(extension) === reason) return;
    if (reason === null) this.#paused.delete(extension);
    else this.#paused.set(extension, reason);
    this.#emit(
      reason === null ? { type: 'member-unpaused', at, extension } : { type: 'member-paused', at, extension, reason },
    );
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}
