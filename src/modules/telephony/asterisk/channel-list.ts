import { type CallDirection } from '../../../shared/agent-state.js';
import { type CallTarget } from '../telephony.port.js';
import { type AmiMessage } from './ami-parser.js';
import { extensionOf, type Ami } from './asterisk-directory.js';
import { newLeg, TrackedCall, type ChannelRef } from './tracked-call.js';

/** What a channel is in its call: as the dialplan wrote it on it. */
type Part = 'customer' | 'agent' | 'party' | 'target' | 'returning';

/** A channel of a call of ours, with what the call wrote on it. */
export interface ChannelRow {
  readonly uniqueId: string;
  readonly channel: string;
  readonly isUp: boolean;
  /** Empty while it is in none. */
  readonly bridgeId: string;
  readonly callId: string;
  readonly part: Part | null;
  readonly direction: CallDirection;
  readonly number: string;
  readonly queue: string | null;
  readonly startedAt: number | null;
  readonly answeredAt: number | null;
  readonly isHeld: boolean;
  readonly isKept: boolean;
  /** Of a customer: who has, or had, the call. Of a phone we called for it: whose phone it is. */
  readonly agent: string | null;
  readonly extension: string | null;
  readonly consults: string | null;
  readonly asksAgent: boolean;
  readonly alsoKnownAs: readonly string[];
  readonly from: string | null;
  readonly target: CallTarget | null;
}

const VARIABLES = [
  ...['CITRUS_CALL_ID', 'CITRUS_PART', 'CITRUS_DIRECTION', 'CITRUS_NUMBER', 'CITRUS_QUEUE'],
  ...['CITRUS_STARTED_AT', 'CITRUS_ANSWERED_AT', 'CITRUS_HELD', 'CITRUS_KEPT', 'CITRUS_GONE'],
  ...['CITRUS_AGENT', 'CITRUS_EXTENSION', 'CITRUS_CONSULTS', 'CITRUS_ASKS', 'CITRUS_ALSO', 'CITRUS_FROM'],
  'CITRUS_TARGET_NUMBER',
];

/** Every channel that belongs to a call of ours. */
export async function readChannels(ami: Ami): Promise<readonly ChannelRow[]> {
  const items = await ami.list({ Action: 'Status', Variables: VARIABLES.join(',') });
  return items.flatMap((item) => toRow(item) ?? []);
}

/** The calls that a list shows, each with its channels. */
export function toTrackedCalls(rows: readonly ChannelRow[], at: number): readonly TrackedCall[] {
  const groups = new Map<string, ChannelRow[]>();
  for (const row of rows) {
    const group = groups.get(row.callId);
    if (group === undefined) groups.set(row.callId, [row]);
    else group.push(row);
  }
  const calls = [...groups.values()].flatMap((group) => toTrackedCall(group, at) ?? []);
  const bridgeOf = new Map(rows.map(({ uniqueId, bridgeId }) => [uniqueId, bridgeId]));
  for (const second of calls) {
    const first = calls.find(({ callId }) => callId === second.consults);
    const bridge = bridgeOf.get(first?.customer?.id ?? '') ?? '';
    if (first === undefined || bridge === '' || bridge !== bridgeOf.get(second.customer?.id ?? '')) continue;
    first.conference = second.callId;
    second.conference = first.callId;
  }
  return calls;
}

/** Which channel of a call is what. */
interface Cast {
  /** The one that knows best what call it is. */
  readonly first: ChannelRow;
  readonly customer: ChannelRow | undefined;
  /** The customer's, or that of who is asked. */
  readonly other: ChannelRow | undefined;
  readonly agent: ChannelRow | undefined;
  readonly ringing: ChannelRow | undefined;
  readonly isKept: boolean;
  readonly isTalking: boolean;
}

function castOf(rows: readonly ChannelRow[], first: ChannelRow): Cast {
  const of = (part: Part): readonly ChannelRow[] => rows.filter((row) => row.part === part);
  const isInbound = first.direction === 'inbound';
  // A dialled customer whose phone rings is none yet.
  const customer = of('customer').find((row) => row.isUp || isInbound);
  const other = customer ?? of('party').find((row) => row.isUp && row.bridgeId !== '');
  const owner = of('agent').find((row) => row.uniqueId === row.callId);
  const phones = [...of('agent'), ...of('target'), ...of('returning')];
  const partner = first.consults === null ? phones.find((row) => isWith(row, customer)) : owner;
  const isKept = customer?.isKept === true && partner === undefined;
  const agent = partner ?? (other === undefined ? owner : undefined);
  const ringing = of('agent').find((row) => row !== agent && !row.isUp);
  return {
    first,
    customer,
    other,
    agent,
    ringing,
    isKept,
    isTalking: isKept || (agent !== undefined && other !== undefined),
  };
}

const extensionOfCast = ({ isKept, customer, agent, ringing }: Cast): string | null =>
  isKept ? (customer?.agent ?? null) : extensionIn(agent ?? ringing);

const isWith = (one: ChannelRow, other: ChannelRow | undefined): boolean =>
  one.isUp && one.bridgeId !== '' && one.bridgeId === other?.bridgeId;

/** Null for channels that are no call by themselves: of one that has just ended. */
function toTrackedCall(rows: readonly ChannelRow[], at: number): TrackedCall | null {
  const first = rows.find(({ part }) => part === 'customer') ?? rows.find(({ part }) => part === 'agent') ?? rows[0];
  if (first === undefined) return null;
  const cast = castOf(rows, first);
  const { other, agent } = cast;
  if (other === undefined && agent === undefined) return null;
  const call = new TrackedCall({
    ...first,
    extension: extensionOfCast(cast),
    startedAt: first.startedAt ?? at,
    state: stateOf(cast),
  });
  call.isKept = cast.isKept;
  call.customer = refOf(other);
  call.agent = refOf(agent);
  call.answeredAt = other?.answeredAt ?? (cast.isTalking ? at : null);
  call.alsoKnownAs = agent?.alsoKnownAs ?? [];
  for (const row of rows) addLeg(call, row);
  if (first.asksAgent) call.peer = extensionIn(rows.find(({ part }) => part === 'party'));
  return call;
}

function addLeg(call: TrackedCall, row: ChannelRow): void {
  if (call.sideOf(row.uniqueId) !== null || row.part === null) return;
  const kind = row.part === 'party' ? 'customer' : row.part;
  const isNumber = kind === 'customer' ? !call.asksAgent : row.target?.kind === 'number';
  call.legs.set(row.uniqueId, newLeg({ kind, extension: isNumber ? null : extensionIn(row), name: row.channel }));
  if (kind !== 'target' || row.target === null || row.from === null) return;
  call.attempt = { target: row.target, from: row.from, isTakenBack: false };
}

const extensionIn = (row: ChannelRow | undefined): string | null =>
  row === undefined ? null : (row.extension ?? extensionOf(row.channel));

const refOf = (row: ChannelRow | undefined): ChannelRef | null =>
  row === undefined ? null : { id: row.uniqueId, name: row.channel };

function stateOf({ isTalking, isKept, other, agent, ringing }: Cast): TrackedCall['state'] {
  if (isTalking) return isKept || other?.isHeld === true ? 'on-hold' : 'talking';
  if (agent?.isUp === true) return 'dialling';
  return agent === undefined && ringing === undefined ? 'waiting' : 'offered';
}

const DIRECTIONS: readonly CallDirection[] = ['inbound', 'outbound', 'callback', 'consult'];
const PARTS: readonly Part[] = ['customer', 'agent', 'party', 'target', 'returning'];

function toRow(item: AmiMessage): ChannelRow | null {
  const variables = new Map(
    item.all('Variable').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  // Of one that was never set, Asterisk says so.
  const text = (name: string): string => (variables.get(name) ?? '').replace('(null)', '');
  const orNull = (name: string): string | null => text(name) || null;
  const callId = text('CITRUS_CALL_ID');
  if (callId === '' || text('CITRUS_GONE') === '1') return null;
  const number = orNull('CITRUS_TARGET_NUMBER');
  const extension = orNull('CITRUS_EXTENSION');
  const agentTarget: CallTarget | null = extension === null ? null : { kind: 'agent', extension };
  return {
    uniqueId: item.get('Uniqueid'),
    channel: item.get('Channel'),
    isUp: item.get('ChannelStateDesc') === 'Up',
    bridgeId: item.get('BridgeID'),
    callId,
    part: PARTS.find((known) => known === text('CITRUS_PART')) ?? null,
    direction: DIRECTIONS.find((known) => known === text('CITRUS_DIRECTION')) ?? 'inbound',
    number: text('CITRUS_NUMBER'),
    queue: orNull('CITRUS_QUEUE'),
    startedAt: toTime(text('CITRUS_STARTED_AT')) ?? timeOfUniqueId(item.get('Uniqueid')),
    answeredAt: toTime(text('CITRUS_ANSWERED_AT')),
    isHeld: text('CITRUS_HELD') === '1',
    isKept: text('CITRUS_KEPT') === '1',
    agent: orNull('CITRUS_AGENT'),
    extension,
    consults: orNull('CITRUS_CONSULTS'),
    asksAgent: text('CITRUS_ASKS') === 'agent',
    alsoKnownAs: text('CITRUS_ALSO').split(',').filter(Boolean),
    from: orNull('CITRUS_FROM'),
    target: number === null ? agentTarget : { kind: 'number', number },
  };
}

function toTime(text: string): number | null {
  return /^\d{13}$/.test(text) ? Number(text) : null;
}

/** Asterisk names a channel after the second it was made in: `1795390205.42`, with its own name before it if it has one. */
function timeOfUniqueId(uniqueId: string): number | null {
  const seconds = /(?:^|-)(\d{10})\.\d+$/.exec(uniqueId)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}
