import { type CallDirection } from '../../../shared/agent-state.js';
import { type TelephonyCall } from '../telephony.port.js';
import { type AmiMessage } from './ami-parser.js';
import { extensionOf, type Ami } from './asterisk-directory.js';
import { TrackedCall } from './tracked-call.js';

/** A channel of a call of ours, with what the call wrote on it. */
export interface ChannelRow {
  readonly uniqueId: string;
  readonly channel: string;
  readonly isUp: boolean;
  /** Empty while it is in none. */
  readonly bridgeId: string;
  readonly callId: string;
  readonly direction: CallDirection;
  readonly number: string;
  readonly queue: string | null;
  readonly startedAt: number | null;
  readonly answeredAt: number | null;
  readonly isHeld: boolean;
}

const VARIABLES = [
  'CITRUS_CALL_ID',
  'CITRUS_DIRECTION',
  'CITRUS_NUMBER',
  'CITRUS_QUEUE',
  'CITRUS_STARTED_AT',
  'CITRUS_ANSWERED_AT',
  'CITRUS_HELD',
];

/** Every channel that belongs to a call of ours. */
export async function readChannels(ami: Ami): Promise<readonly ChannelRow[]> {
  const items = await ami.list({ Action: 'Status', Variables: VARIABLES.join(',') });
  return items.flatMap((item) => toRow(item) ?? []);
}

/** A call that is found running: `row` is the channel it is named after, `others` are the rest of its channels. */
export function toTrackedCall(row: ChannelRow, others: readonly ChannelRow[], at: number): TrackedCall {
  const isDialled = row.direction !== 'inbound';
  const talking = others.find((other) => other.isUp && other.bridgeId !== '' && other.bridgeId === row.bridgeId);
  const agent = isDialled ? row : (talking ?? others.find((other) => !other.isUp));
  const call = new TrackedCall({
    callId: row.callId,
    direction: row.direction,
    number: row.number,
    queue: row.queue,
    extension: agent === undefined ? null : extensionOf(agent.channel),
    channel: row.channel,
    startedAt: row.startedAt ?? at,
    state: stateOf(row, talking, agent),
  });
  if (talking !== undefined) {
    call.answeredAt = row.answeredAt ?? at;
    call.talkingLeg = talking.uniqueId;
  }
  for (const { uniqueId, channel } of others) {
    const side = isDialled ? 'customer' : 'agent';
    const extension = isDialled ? null : extensionOf(channel);
    call.legs.set(uniqueId, { side, extension, dialStatus: null, hangupCause: null });
  }
  return call;
}

function stateOf(
  row: ChannelRow,
  talking: ChannelRow | undefined,
  agent: ChannelRow | undefined,
): TelephonyCall['state'] {
  if (talking !== undefined) return row.isHeld ? 'on-hold' : 'talking';
  if (agent === undefined) return 'waiting';
  return agent.isUp ? 'dialling' : 'offered';
}

function toRow(item: AmiMessage): ChannelRow | null {
  const variables = new Map(
    item.all('Variable').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  const text = (name: string): string => variables.get(name) ?? '';
  const callId = text('CITRUS_CALL_ID');
  if (callId === '') return null;
  const direction = text('CITRUS_DIRECTION');
  return {
    uniqueId: item.get('Uniqueid'),
    channel: item.get('Channel'),
    isUp: item.get('ChannelStateDesc') === 'Up',
    bridgeId: item.get('BridgeID'),
    callId,
    direction: direction === 'outbound' || direction === 'callback' ? direction : 'inbound',
    number: text('CITRUS_NUMBER'),
    queue: text('CITRUS_QUEUE') === '' ? null : text('CITRUS_QUEUE'),
    startedAt: toTime(text('CITRUS_STARTED_AT')) ?? timeOfUniqueId(item.get('Uniqueid')),
    answeredAt: toTime(text('CITRUS_ANSWERED_AT')),
    isHeld: text('CITRUS_HELD') === '1',
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
