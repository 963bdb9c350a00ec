import { createHash, timingSafeEqual } from 'node:crypto';
import { type DirectoryQueue, type DirectoryUser } from '../telephony.port.js';
import { type AmiAction, type AmiMessage } from './ami-parser.js';

/** Whoever can be asked: a connection, or the standing link. */
export interface Ami {
  act(action: AmiAction): Promise<AmiMessage>;
  list(action: AmiAction): Promise<readonly AmiMessage[]>;
}

/** How an endpoint's phone proves who it is. */
export interface EndpointAuth {
  readonly login: string;
  /** Clear text; empty when Asterisk was given a hash. */
  readonly password: string;
  /** MD5 of `login:realm:password`; empty when Asterisk was given the password. */
  readonly hash: string;
  readonly realm: string;
}

/** A phone as PJSIP has it: an endpoint, named as its address of record and its extension. */
export interface Endpoint {
  readonly extension: string;
  /** Of the caller id; the extension when it has none. */
  readonly name: string;
  readonly context: string;
  readonly isWebRtc: boolean;
  /** From the endpoint's variable CITRUS_QUEUES; null when it has none, so that every queue is open to it. */
  readonly queues: readonly string[] | null;
  /** Null for an endpoint that anybody may use: a trunk. */
  readonly auth: EndpointAuth | null;
}

export interface QueueMembership {
  readonly queue: string;
  readonly extension: string;
  /** The reason while paused; null otherwise. */
  readonly pausedFor: string | null;
  /** Written in queues.conf, so that nobody can log out. */
  readonly isFixed: boolean;
}

export interface QueueList {
  readonly queues: readonly { readonly name: string; readonly strategy: DirectoryQueue['strategy'] }[];
  readonly members: readonly QueueMembership[];
}

const QUESTIONS_AT_ONCE = 8;

/** Asks for each endpoint in detail, a few at a time: Asterisk answers one after another anyway. */
/** One endpoint as it is now; null when there is none of that name. */
export async function readEndpoint(ami: Ami, name: string): Promise<Endpoint | null> {
  try {
    return toEndpoint(await ami.list({ Action: 'PJSIPShowEndpoint', Endpoint: name }));
  } catch (error) {
    if (error instanceof Error && /unable to retrieve/i.test(error.message)) return null;
    throw error;
  }
}

export async function readEndpoints(ami: Ami): Promise<readonly Endpoint[]> {
  const names = (await ami.list({ Action: 'PJSIPShowEndpoints' })).map((item) => item.get('ObjectName'));
  const found: (Endpoint | null)[] = [];
  const work = names.entries();
  await Promise.all(
    Array.from({ length: QUESTIONS_AT_ONCE }, async () => {
      for (const [at, name] of work) {
        found[at] = await readEndpoint(ami, name);
      }
    }),
  );
  return found.filter((endpoint) => endpoint !== null);
}

function toEndpoint(details: readonly AmiMessage[]): Endpoint | null {
  const endpoint = details.find(({ event }) => event === 'EndpointDetail');
  if (endpoint === undefined) return null;
  const auth = details.find(({ event }) => event === 'AuthDetail');
  const extension = endpoint.get('ObjectName');
  return {
    extension,
    name: nonEmpty(/^"?([^"<]*?)"?\s*(?:<.*)?$/.exec(endpoint.get('Callerid'))?.[1]) ?? extension,
    context: endpoint.get('Context'),
    isWebRtc: endpoint.get('Webrtc') === 'yes',
    queues: queuesOf(endpoint.all('SetVar')),
    auth:
      auth === undefined
        ? null
        : {
            login: auth.get('Username'),
            password: auth.get('Password'),
            hash: auth.get('Md5Cred').toLowerCase(),
            realm: auth.get('Realm') || 'asterisk',
          },
  };
}

/** `CITRUS_QUEUES=Vendas,Suporte`, also where Asterisk puts several variables on one line. */
function queuesOf(variables: readonly string[]): readonly string[] | null {
  for (const line of variables) {
    const value = /(?:^|,)CITRUS_QUEUES=([^=]*?)(?:,\w+=|$)/.exec(line)?.[1];
    if (value !== undefined) return value.split(',').flatMap((name) => name.trim() || []);
  }
  return null;
}

const STRATEGIES: Readonly<Record<string, DirectoryQueue['strategy']>> = {
  ringall: 'ring-all',
  leastrecent: 'longest-idle',
  fewestcalls: 'longest-idle',
};

export async function readQueues(ami: Ami): Promise<QueueList> {
  const items = await ami.list({ Action: 'QueueStatus' });
  return {
    queues: items
      .filter(({ event }) => event === 'QueueParams')
      .map((item) => ({
        name: item.get('Queue'),
        strategy: STRATEGIES[item.get('Strategy')] ?? 'round-robin',
      })),
    members: items
      .filter(({ event }) => event === 'QueueMember')
      .flatMap((item) => {
        const extension = extensionOf(item.get('Location'));
        if (extension === null) return [];
        return {
          queue: item.get('Queue'),
          extension,
          pausedFor: item.get('Paused') === '1' ? item.get('PausedReason') : null,
          isFixed: item.get('Membership') === 'static' || item.get('Membership') === 'realtime',
        };
      }),
  };
}

/** The numbers of queues, as the dialplan of a context says them. An unknown context has none. */
export async function readQueueNumbers(ami: Ami, context: string): Promise<ReadonlyMap<string, string>> {
  const numbers = new Map<string, string>();
  for (const line of await readDialplan(ami, context)) {
    const exten = line.get('Extension');
    const queue = queueCalledBy(line.get('Application'), line.get('AppData'));
    if (queue !== null && !exten.startsWith('_') && !numbers.has(queue)) numbers.set(queue, exten);
  }
  return numbers;
}

export async function readDialplan(ami: Ami, context: string): Promise<readonly AmiMessage[]> {
  try {
    return await ami.list({ Action: 'ShowDialPlan', Context: context });
  } catch (error) {
    if (error instanceof Error && /did not find/i.test(error.message)) return [];
    throw error;
  }
}

function queueCalledBy(application: string, data: string): string | null {
  if (application === 'Queue') return nonEmpty(data.split(',')[0]);
  if (application !== 'Gosub' && application !== 'GoSub') return null;
  return nonEmpty(/^citrus-queue,s,1\(([^,)]+)/.exec(data)?.[1]);
}

function nonEmpty(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}

/** The pause reasons that the exchange's dialplan lists in the global variable CITRUS_PAUSE_REASONS. */
export async function readPauseReasons(ami: Ami): Promise<readonly string[]> {
  const answer = await ami.act({ Action: 'Getvar', Variable: 'CITRUS_PAUSE_REASONS' });
  return answer
    .get('Value')
    .split(',')
    .flatMap((name) => name.trim() || []);
}

/** `1001` of `PJSIP/1001` and of `PJSIP/1001-0000002a`; null for what is no phone of ours. */
export function extensionOf(channelOrInterface: string): string | null {
  return /^PJSIP\/([^/@]+?)(?:-[0-9a-f]{8})?$/.exec(channelOrInterface)?.[1] ?? null;
}

export const interfaceOf = (extension: string): string => `PJSIP/${extension}`;

/** Whether a phone could register with this password. Takes the same time whatever is wrong with it. */
export function matchesPassword(auth: EndpointAuth, password: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  if (auth.hash !== '') {
    const hash = createHash('md5').update(`${auth.login}:${auth.realm}:${password}`).digest('hex');
    return timingSafeEqual(digest(hash), digest(auth.hash));
  }
  return timingSafeEqual(digest(password), digest(auth.password)) && auth.password !== '';
}

export type Agent = Endpoint & { readonly auth: EndpointAuth };

/** Who can be an agent: phones of pages, each with a login of its own. */
export function agentsAmong(endpoints: readonly Endpoint[], trunk: string): readonly Agent[] {
  return endpoints.filter(
    (endpoint): endpoint is Agent => endpoint.auth !== null && endpoint.isWebRtc && endpoint.extension !== trunk,
  );
}

/** The queues an agent may log in to are those of the endpoint's variable, and those it is in already. */
export function toDirectoryUser(agent: Agent, list: QueueList): DirectoryUser {
  const known = list.queues.map(({ name }) => name);
  const joined = list.members.filter(({ extension }) => extension === agent.extension).map(({ queue }) => queue);
  const allowed = agent.queues ?? known;
  return {
    login: agent.auth.login,
    name: agent.name,
    locality: agent.context,
    extension: agent.extension,
    queues: known.filter((queue) => allowed.includes(queue) || joined.includes(queue)),
  };
}

/** The addresses that phones have registered, by extension. Those that do not answer when asked are left out. */
export async function readContacts(ami: Ami): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const contacts = new Map<string, Set<string>>();
  for (const item of await ami.list({ Action: 'PJSIPShowContacts' })) {
    // Of `1001;@3f2a…`: the address of record, and a hash of the contact.
    const extension = item.get('ObjectName').split(';@')[0] ?? '';
    if (extension === '' || item.get('Status') === 'Unreachable') continue;
    const known = contacts.get(extension);
    if (known === undefined) contacts.set(extension, new Set([item.get('Uri')]));
    else known.add(item.get('Uri'));
  }
  return contacts;
}
