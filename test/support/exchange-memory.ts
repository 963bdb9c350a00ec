import {
  type CallStore,
  type DirectoryData,
  type ExchangeDirectory,
  type MemberStateStore,
  type StoredCall,
} from '../../src/modules/telephony/exchange/exchange.port.js';

export class InMemoryExchangeDirectory implements ExchangeDirectory {
  data: DirectoryData;
  readonly passwordHashes = new Map<string, string>();

  constructor(data: DirectoryData) {
    this.data = data;
  }

  load(): Promise<DirectoryData> {
    return Promise.resolve(this.data);
  }

  findPasswordHash(login: string): Promise<string | null> {
    return Promise.resolve(this.passwordHashes.get(login) ?? null);
  }
}

export class InMemoryMemberStates implements MemberStateStore {
  readonly #loggedIn = new Map<string, { queue: string; extension: string; since: number }>();
  readonly #paused = new Map<string, string>();

  load(): ReturnType<MemberStateStore['load']> {
    return Promise.resolve({
      loggedIn: [...this.#loggedIn.values()],
      paused: [...this.#paused].map(([extension, reason]) => ({ extension, reason })),
    });
  }

  setLoggedIn(queue: string, extension: string, since: number | null): Promise<void> {
    const key = `${queue}/${extension}`;
    if (since === null) this.#loggedIn.delete(key);
    else this.#loggedIn.set(key, { queue, extension, since });
    return Promise.resolve();
  }

  setPaused(extension: string, reason: string | null): Promise<void> {
    if (reason === null) this.#paused.delete(extension);
    else this.#paused.set(extension, reason);
    return Promise.resolve();
  }
}

export class InMemoryCallStore implements CallStore {
  readonly rows = new Map<string, StoredCall>();

  insert(call: StoredCall): Promise<boolean> {
    if (this.rows.has(call.callId)) return Promise.resolve(false);
    this.rows.set(call.callId, call);
    return Promise.resolve(true);
  }

  update(call: StoredCall): Promise<void> {
    this.rows.set(call.callId, call);
    return Promise.resolve();
  }

  find(callId: string): Promise<StoredCall | null> {
    return Promise.resolve(this.rows.get(callId) ?? null);
  }

  listLive(): Promise<readonly StoredCall[]> {
    return Promise.resolve([...this.rows.values()].filter((row) => row.state !== 'ended'));
  }

  deleteEndedBefore(time: number): Promise<void> {
    for (const [id, row] of this.rows) if (row.endedAt !== null && row.endedAt < time) this.rows.delete(id);
    return Promise.resolve();
  }
}
