import { DomainError } from '../../../platform/errors.js';
import { type Directory } from '../telephony.port.js';
import {
  agentsAmong,
  matchesPassword,
  readEndpoint,
  readEndpoints,
  readPauseReasons,
  readQueueNumbers,
  readQueues,
  toDirectoryUser,
  type Agent,
  type Ami,
  type Endpoint,
  type QueueList,
} from './asterisk-directory.js';
import { type AsteriskSettings } from './asterisk-settings.domain.js';

/** What was looked for and not found is looked for again at the exchange, but not at every question. */
const LOOK_AGAIN_MS = 5000;

interface Loaded {
  readonly at: number;
  readonly agents: readonly Agent[];
  readonly list: QueueList;
}

/** The people and queues of an Asterisk, kept for questions that come with every command. */
export class DirectoryCache {
  readonly #ami: Ami;
  readonly #settings: AsteriskSettings;
  readonly #now: () => number;
  #loaded: Loaded | null = null;

  constructor(ami: Ami, settings: AsteriskSettings, now: () => number) {
    this.#ami = ami;
    this.#settings = settings;
    this.#now = now;
  }

  async reload(): Promise<void> {
    await this.#load();
  }

  /** As it is now. */
  async read(): Promise<Directory> {
    const [{ agents, list }, numbers, pauseReasons] = await Promise.all([
      this.#load(),
      readQueueNumbers(this.#ami, this.#settings.agentContext),
      readPauseReasons(this.#ami),
    ]);
    return {
      users: agents.map((agent) => toDirectoryUser(agent, list)),
      queues: list.queues.map(({ name, strategy }) => ({ name, strategy, number: numbers.get(name) ?? '' })),
      pauseReasons,
    };
  }

  /** Throws `not-found` for an extension that no agent has. */
  async requireAgent(extension: string): Promise<Agent> {
    const agent = await this.#find(({ agents }) => agents.find((one) => one.extension === extension));
    if (agent !== undefined) return agent;
    throw new DomainError('not-found', 'exchange:unknown-extension', { params: { extension } });
  }

  async requireQueue(name: string): Promise<void> {
    const queue = await this.#find(({ list }) => list.queues.find((one) => one.name === name));
    if (queue === undefined) throw new DomainError('not-found', 'exchange:unknown-queue', { params: { queue: name } });
  }

  /** Whether an agent's phone could sign in so; asked afresh, because passwords change. */
  async verify(login: string, password: string): Promise<boolean> {
    const agent = await this.#find(({ agents }) => agents.find(({ auth }) => auth.login === login));
    const current = agent === undefined ? null : await this.current(agent.extension);
    // An unknown login takes as long as a wrong password.
    return matchesPassword(current?.auth ?? NOBODY, password) && current?.auth?.login === login;
  }

  current(extension: string): Promise<Endpoint | null> {
    return readEndpoint(this.#ami, extension);
  }

  async #find<T>(look: (loaded: Loaded) => T | undefined): Promise<T | undefined> {
    const loaded = this.#loaded ?? (await this.#load());
    const found = look(loaded);
    if (found !== undefined || this.#now() - loaded.at < LOOK_AGAIN_MS) return found;
    return look(await this.#load());
  }

  async #load(): Promise<Loaded> {
    const [endpoints, list] = await Promise.all([readEndpoints(this.#ami), readQueues(this.#ami)]);
    this.#loaded = { at: this.#now(), agents: agentsAmong(endpoints, this.#settings.trunk), list };
    return this.#loaded;
  }
}

const NOBODY = { login: '', password: '', hash: '', realm: '' } as const;
