import { textKey } from '../../shared/text-key.js';
import { type DirectoryQueue, type DirectoryUser } from '../telephony/telephony.port.js';

/** A user of ours as the association sees them: who they are, and what was imported. */
export interface Person {
  readonly id: number;
  readonly name: string;
  readonly login: string;
  readonly isActive: boolean;
  readonly profileId: number;
  /** Null while not associated; then nothing is imported. */
  readonly exchangeLogin: string | null;
  readonly extension: string | null;
  readonly locality: string | null;
  /** The exchange's names of the queues this person may log in to, sorted. */
  readonly queues: readonly string[];
}

/** A queue that the application knows, as the exchange calls it. */
export interface KnownQueue {
  readonly exchangeName: string;
  readonly number: string;
  readonly isActive: boolean;
}

export type AssociationFilter = 'all' | 'associated' | 'free';

/** What the longest values may have; the exchange knows no such limits. */
const LIMITS = { login: 60, extension: 20, locality: 60 } as const;
const QUEUE_NAME_MAX = 60;
const QUEUE_NUMBER_MAX = 20;

/** A user of the exchange as the page offers them: told apart by login even where two have one name. */
export function choiceOf(user: Pick<DirectoryUser, 'name' | 'login'>): string {
  return `${user.name} (${user.login})`;
}

export type Resolved =
  | { readonly kind: 'found'; readonly user: DirectoryUser }
  /** `matches`: several users have that name. */
  | { readonly kind: 'unknown' | 'ambiguous' };

/**
 * Whom a typed or chosen text means: an offered choice or a login as it is, else the one user whose choice, login or name
 * is the same to a reader.
 */
export function resolveChoice(typed: string, users: readonly DirectoryUser[]): Resolved {
  const text = typed.trim();
  const exact = users.find((user) => user.login === text) ?? users.find((user) => choiceOf(user) === text);
  if (exact !== undefined) return { kind: 'found', user: exact };
  const key = textKey(text);
  for (const read of [choiceOf, (user: DirectoryUser) => user.login, (user: DirectoryUser) => user.name]) {
    const [first, ...others] = users.filter((user) => textKey(read(user)) === key);
    if (first !== undefined) return others.length === 0 ? { kind: 'found', user: first } : { kind: 'ambiguous' };
  }
  return { kind: 'unknown' };
}

/**
 * Who at the exchange this person probably is: the one with the same login, else the only one with the same name. Null
 * for someone associated, and where it would be a guess.
 *
 * @param free those whom nobody is associated with
 */
export function suggest(person: Person, free: readonly DirectoryUser[]): DirectoryUser | null {
  if (person.exchangeLogin !== null) return null;
  for (const read of ['login', 'name'] as const) {
    const [first, ...others] = free.filter((user) => textKey(user[read]) === textKey(person[read]));
    if (first !== undefined) return others.length === 0 ? first : null;
  }
  return null;
}

/** What of an exchange's user does not fit into ours; null when all does. */
export function tooLongField(user: DirectoryUser): keyof typeof LIMITS | null {
  const fields = Object.keys(LIMITS) as (keyof typeof LIMITS)[];
  return fields.find((field) => user[field].length > LIMITS[field]) ?? null;
}

/** The queues of `user` that can be imported: those the exchange itself knows, sorted. */
export function importedQueues(user: DirectoryUser, queues: readonly DirectoryQueue[]): readonly DirectoryQueue[] {
  return usableQueues(queues)
    .filter(({ name }) => user.queues.includes(name))
    .sort(byName);
}

function usableQueues(queues: readonly DirectoryQueue[]): DirectoryQueue[] {
  return queues.filter(({ name, number }) => name.length <= QUEUE_NAME_MAX && number.length <= QUEUE_NUMBER_MAX);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

export interface Change<Value> {
  readonly before: Value;
  readonly after: Value;
}

/** What synchronising would do to a person; null stands for what stays. */
export interface Difference {
  readonly locality: Change<string | null> | null;
  readonly extension: Change<string | null> | null;
  readonly queuesAdded: readonly string[];
  readonly queuesRemoved: readonly string[];
}

/** Null when there is none. */
export function differenceOf(
  person: Person,
  user: DirectoryUser,
  queues: readonly DirectoryQueue[],
): Difference | null {
  const wanted = importedQueues(user, queues).map(({ name }) => name);
  const difference: Difference = {
    locality: changeOf(person.locality, user.locality),
    extension: changeOf(person.extension, user.extension),
    queuesAdded: wanted.filter((name) => !person.queues.includes(name)),
    queuesRemoved: person.queues.filter((name) => !wanted.includes(name)),
  };
  const { locality, extension, queuesAdded, queuesRemoved } = difference;
  const same = locality === null && extension === null && queuesAdded.length === 0 && queuesRemoved.length === 0;
  return same ? null : difference;
}

function changeOf(before: string | null, after: string): Change<string | null> | null {
  return before === after ? null : { before, after };
}

/** What synchronising would do to the queues themselves. */
export interface QueueDifference {
  readonly added: readonly DirectoryQueue[];
  /** Known and retired, and at the exchange again. */
  readonly returned: readonly DirectoryQueue[];
  readonly renumbered: readonly { readonly name: string; readonly number: Change<string> }[];
  /** In use here, and no longer at the exchange. */
  readonly gone: readonly string[];
}

/** Null when there is none. */
export function queueDifferenceOf(
  known: readonly KnownQueue[],
  queues: readonly DirectoryQueue[],
): QueueDifference | null {
  const ours = new Map(known.map((queue) => [queue.exchangeName, queue]));
  const theirs = usableQueues(queues).sort(byName);
  const names = new Set(queues.map(({ name }) => name));
  const difference: QueueDifference = {
    added: theirs.filter(({ name }) => !ours.has(name)),
    returned: theirs.filter(({ name }) => ours.get(name)?.isActive === false),
    renumbered: theirs.flatMap(({ name, number }) => {
      const before = ours.get(name);
      return before === undefined || before.number === number
        ? []
        : [{ name, number: { before: before.number, after: number } }];
    }),
    gone: known
      .filter(({ exchangeName, isActive }) => isActive && !names.has(exchangeName))
      .map(({ exchangeName }) => exchangeName),
  };
  return Object.values(difference).every((part: readonly unknown[]) => part.length === 0) ? null : difference;
}

/** The same text for the same difference: what was confirmed is compared by it with what would be done. */
export function fingerprintOf(difference: Difference | QueueDifference): string {
  return JSON.stringify(difference);
}
