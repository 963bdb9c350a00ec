import { type Directory } from '../telephony.port.js';
import {
  type CustomerLine,
  type DirectoryData,
  type ExchangeDirectory,
  type ExchangeQueue,
  type ExchangeUser,
} from './exchange.port.js';

const EMPTY: DirectoryData = { users: [], queues: [], memberships: [], pauseReasons: [], customerLines: [] };

/** What kind of party an address belongs to; null when the exchange does not know it. */
export type AddressKind = 'agent' | 'customer';

/**
 * The directory as it was last read, looked up without waiting: signalling cannot stop in the middle to ask a
 * database. Read again at intervals and whenever somebody asks for the directory.
 */
export class DirectoryView {
  readonly #source: ExchangeDirectory;
  #data: DirectoryData = EMPTY;
  #users = new Map<string, ExchangeUser>();
  #lines = new Map<string, CustomerLine>();
  #queuesByName = new Map<string, ExchangeQueue>();
  #queuesByNumber = new Map<string, ExchangeQueue>();

  constructor(source: ExchangeDirectory) {
    this.#source = source;
  }

  /** Read anew, in the words of the port. */
  async read(): Promise<Directory> {
    await this.reload();
    const { users, queues, memberships, pauseReasons } = this.#data;
    const queuesOf = (extension: string): string[] =>
      memberships.filter((entry) => entry.extension === extension).map((entry) => entry.queue);
    return {
      users: users.map(({ login, name, locality, extension }) => {
        return { login, name, locality, extension, queues: queuesOf(extension) };
      }),
      queues: queues.map(({ name, number, strategy }) => ({ name, number, strategy })),
      pauseReasons: [...pauseReasons],
    };
  }

  async reload(): Promise<void> {
    const data = await this.#source.load();
    this.#data = data;
    this.#users = new Map(data.users.map((user) => [user.extension, user]));
    this.#lines = new Map(data.customerLines.map((line) => [line.number, line]));
    this.#queuesByName = new Map(data.queues.map((queue) => [queue.name, queue]));
    this.#queuesByNumber = new Map(data.queues.map((queue) => [queue.number, queue]));
  }

  /** An extension wins over a line of the same number, so that no customer can ever stand in for an agent. */
  kindOf(address: string): AddressKind | null {
    if (this.#users.has(address)) return 'agent';
    return this.#lines.has(address) ? 'customer' : null;
  }

  findUser(extension: string): ExchangeUser | null {
    return this.#users.get(extension) ?? null;
  }

  findLine(number: string): CustomerLine | null {
    return this.#lines.get(number) ?? null;
  }

  findQueue(name: string): ExchangeQueue | null {
    return this.#queuesByName.get(name) ?? null;
  }

  findQueueByNumber(number: string): ExchangeQueue | null {
    return this.#queuesByNumber.get(number) ?? null;
  }

  isMember(queue: string, extension: string): boolean {
    return this.#data.memberships.some((entry) => entry.queue === queue && entry.extension === extension);
  }
}
