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

/** Null for channels that are no call by themselves: of one that has just ended. */
function toTrackedCall(rows: readonly ChannelRow[], at: number): TrackedCall | null {
  const isWith = (one: ChannelRow, other: ChannelRow | undefined): boolean =>
    one.isUp && one.bridgeId !== '' && one.bridgeId === other?.bridgeId;
  const first = rows.find(({ part }) => part === 'customer') ?? rows.find(({ part }) => part === 'agent') ?? rows[0];
  if (first === undefined) return null;
  const isDialled = first.direction !== 'inbound';
  const owner = rows.find((row) => row.part === 'agent' && row.uniqueId === row.callId);
  const customer = rows.find((row) => row.part === 'customer' && (row.isUp || !isDialled));
  const party = rows.find((row) => row.part === 'party' && row.isUp && row.bridgeId !== '');
  const other = customer ?? party;
  const agents = rows.filter(({ part }) => part === 'agent' || part === 'target' || part === 'returning');
  const talking = first.consults === null ? agents.find((row) => isWith(row, customer)) : owner;
  const agent = talking ?? (other === undefined ? owner : undefined);
  if (other === undefined && agent === undefined) return null;
  const isKept = customer?.isKept === true && talking === undefined;
  const ringing = rows.find((row) => row !== agent && row.part === 'agent' && !row.isUp);
  const isTalking = isKept || (talking !== undefined && other !== undefined);
  const call = new TrackedCall({
    ...{ callId: first.callId, direction: first.direction, number: first.number },
    queue: (customer ?? first).queue,
    extension: extensionIn(agent ?? ringing) ?? (isKept ? (customer.agent ?? null) : null),
    startedAt: first.startedAt ?? at,
    state: stateOf({ isTalking, isHeld: isKept || other?.isHeld === true, agent, ringing }),
    consults: first.consults,
    asksAgent: first.asksAgent,
  });
  call.isKept = isKept;
  call.customer = refOf(other);
  call.agent = refOf(agent);
  call.answeredAt = other?.answeredAt ?? (isTalking ? at : null);
  call.alsoKnownAs = agent?.alsoKnownAs ?? [];
  addLegs(call, rows);
  return call;
}

function addLegs(call: TrackedCall, rows: readonly ChannelRow[]): void {
  for (const row of rows) {
    if (row.uniqueId === call.customer?.id || row.uniqueId === call.agent?.id || row.part === null) continue;
    const kind = row.part === 'party' ? 'customer' : row.part;
    const extension = kind === 'customer' && !call.asksAgent ? null : (row.extension ?? extensionOf(row.channel));
    const isNumber = row.target?.kind === 'number';
    call.legs.set(row.uniqueId, newLeg({ kind, extension: isNumber ? null : extension, name: row.channel }));
    if (kind === 'target' && row.target !== null && row.from !== null) {
      call.attempt = { target: row.target, from: row.from, isTakenBack: false };
    }
  }
  if (call.consults === null || !call.asksAgent) return;
  const rung = rows.find(({ part }) => part === 'party');
  call.peer = rung === undefined ? null : extensionOf(rung.channel);
}

const extensionIn = (row: ChannelRow | undefined): string | null =>
  row === undefined ? null : (row.extension ?? extensionOf(row.channel));

const refOf = (row: ChannelRow | undefined): ChannelRef | null =>
  row === undefined ? null : { id: row.uniqueId, name: row.channel };

function stateOf(of: {
  readonly isTalking: boolean;
  readonly isHeld: boolean;
  readonly agent: ChannelRow | undefined;
  readonly ringing: ChannelRow | undefined;
}): TrackedCall['state'] {
  if (of.isTalking) return of.isHeld ? 'on-hold' : 'talking';
  if (of.agent?.isUp === true) return 'dialling';
  return of.agent === undefined && of.ringing === undefined ? 'waiting' : 'offered';
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
