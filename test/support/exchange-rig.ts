import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { hash } from 'argon2';
import { ExchangeTelephony } from '../../src/modules/telephony/exchange/exchange-telephony.js';
import { type ExchangeOptions } from '../../src/modules/telephony/exchange/exchange-options.js';
import {
  type CallStore,
  type ExchangeQueue,
  type MemberStateStore,
  type OpeningHours,
} from '../../src/modules/telephony/exchange/exchange.port.js';
import { type TelephonyEvent } from '../../src/modules/telephony/telephony.port.js';
import { eventually } from './eventually.js';
import { InMemoryCallStore, InMemoryExchangeDirectory, InMemoryMemberStates } from './exchange-memory.js';
import { ManualClock } from './manual-clock.js';
import { SipPhone } from './sip-phone.js';

export const SALES: ExchangeQueue = {
  name: 'Vendas',
  number: '4000',
  strategy: 'longest-idle',
  ringSeconds: 20,
  maxWaitSeconds: 300,
  promptUrl: null,
};
export const SUPPORT: ExchangeQueue = { ...SALES, name: 'Suporte', number: '4001', strategy: 'ring-all' };
export const ANA = '+5511999990001';
export const BIA = '+5511999990002';

export interface ExchangeRigOptions {
  readonly clock?: ManualClock;
  readonly memberStates?: MemberStateStore;
  readonly calls?: CallStore;
  readonly queues?: readonly ExchangeQueue[];
  readonly openingHours?: OpeningHours;
  readonly options?: Partial<ExchangeOptions>;
}

/** The built-in exchange on a free port, with its clock standing still and everything it keeps in memory. */
export class ExchangeRig {
  readonly exchange: ExchangeTelephony;
  readonly clock: ManualClock;
  readonly calls: CallStore;
  readonly memberStates: MemberStateStore;
  readonly events: TelephonyEvent[] = [];
  readonly logged: { readonly level: string; readonly message: string; readonly context: object }[] = [];
  readonly directory: InMemoryExchangeDirectory;
  readonly #server: Server;
  readonly #phones: SipPhone[] = [];

  private constructor(rig: ExchangeRigOptions) {
    this.clock = rig.clock ?? new ManualClock();
    this.calls = rig.calls ?? new InMemoryCallStore();
    this.memberStates = rig.memberStates ?? new InMemoryMemberStates();
    const queues = rig.queues ?? [SALES, SUPPORT];
    const extensions = ['1001', '1002', '1003'];
    this.directory = new InMemoryExchangeDirectory({
      users: extensions.map((extension) => ({
        login: `agent${extension}`,
        name: `Agent ${extension}`,
        locality: 'Matriz',
        extension,
      })),
      queues,
      memberships: queues.flatMap((queue) => extensions.map((extension) => ({ queue: queue.name, extension }))),
      pauseReasons: ['Almoço', 'Banheiro'],
      customerLines: [
        { number: ANA, name: 'Ana Souza' },
        { number: BIA, name: 'Bia Lima' },
      ],
    });
    const log = (level: string) => (context: object, message: string) => {
      this.logged.push({ level, message, context });
    };
    this.exchange = new ExchangeTelephony({
      directory: this.directory,
      memberStates: this.memberStates,
      calls: this.calls,
      ...(rig.openingHours === undefined ? {} : { openingHours: rig.openingHours }),
      secret: 'a secret of thirty-two characters!!',
      realm: 'voz.test',
      now: this.clock.now,
      timers: this.clock,
      newId: randomUUID,
      log: { info: log('info'), warn: log('warn'), error: log('error') },
      // The clock leaps, pongs do not: what is about pings sets its own interval.
      options: { pingSeconds: 1_000_000, ...rig.options },
    });
    this.exchange.onEvent((event) => {
      this.events.push(event);
    });
    this.#server = createServer((_request, response) => {
      response.writeHead(404).end();
    });
    this.exchange.attach(this.#server);
  }

  static async start(options: ExchangeRigOptions = {}): Promise<ExchangeRig> {
    const rig = new ExchangeRig(options);
    rig.directory.passwordHashes.set('agent1001', await passwordHash());
    await rig.exchange.start();
    rig.#server.listen(0, '127.0.0.1');
    await once(rig.#server, 'listening');
    return rig;
  }

  get server(): Server {
    return this.#server;
  }

  get url(): string {
    return `ws://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async agent(extension: string): Promise<SipPhone> {
    return this.#keep(await SipPhone.register(this.url, await this.exchange.softphoneCredentials(extension)));
  }

  async customer(number: string): Promise<SipPhone> {
    return this.#keep(await SipPhone.register(this.url, await this.exchange.customerLineCredentials(number)));
  }

  /** An agent's phone, registered and logged in to a queue. */
  async member(extension: string, queue = SALES.name): Promise<SipPhone> {
    const phone = await this.agent(extension);
    await this.exchange.logIn(queue, extension);
    return phone;
  }

  /** Waits for an event of a type, the `count`th of its kind. */
  event<T extends TelephonyEvent['type']>(type: T, count = 1): Promise<Extract<TelephonyEvent, { readonly type: T }>> {
    return eventually(`${type} number ${String(count)}`, () => {
      const found = this.events.filter((event) => event.type === type)[count - 1];
      return found as Extract<TelephonyEvent, { readonly type: T }> | undefined;
    });
  }

  /** The kinds of events told of calls, in order. */
  callStory(): string[] {
    return this.events.map((event) => event.type).filter((type) => type.startsWith('call-'));
  }

  /** Lets time pass; what it sets off may still be on its way. */
  elapse(seconds: number): Promise<void> {
    this.clock.advance(seconds * 1000);
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.exchange[Symbol.asyncDispose]();
    for (const phone of this.#phones) phone.drop();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #keep(phone: SipPhone): SipPhone {
    this.#phones.push(phone);
    return phone;
  }
}

let made: Promise<string> | null = null;

/** Of "segredo". Made once, and cheaply: its cost is not what is tested. */
function passwordHash(): Promise<string> {
  made ??= hash('segredo', { timeCost: 2, memoryCost: 1024, parallelism: 1 });
  return made;
}
