import { performance } from 'node:perf_hooks';
import { type BoardChange } from '../../src/shared/board.js';
import { type TelephonyEvent } from '../../src/modules/telephony/telephony.port.js';
import { type BareServer } from './bare-server.js';
import { type BoardProcess, type Seen } from './board-process.js';
import { type Marker } from './protocol.js';

/** The application under test, with agents ready to take calls. */
export interface Platform extends AsyncDisposable {
  readonly url: string;
  readonly queues: readonly string[];
  readonly extensions: readonly string[];
  /** A queue that no other call uses; its waiting caller is the sign that everything has arrived. */
  readonly markerQueue: { readonly id: number; readonly name: string };
  /** The exchange tells something. */
  say(event: TelephonyEvent): void;
  /** Settles when everything said has been projected and is in the database. */
  settled(): Promise<void>;
}

/** Events come from an exchange's connection in bundles; between two of them other work has its turn. */
const BUNDLE = 64;
/** So many events may be ahead of the database: more would only fill memory, and be refused at some point. */
const AHEAD = 1024;

export interface PlatformRound extends Seen {
  readonly ms: number;
  readonly events: number;
}

/** Says all events, and waits until the database has them and every board has seen the last. */
export async function runPlatform(
  platform: Platform,
  boards: BoardProcess,
  events: readonly TelephonyEvent[],
  round: string,
): Promise<PlatformRound> {
  const { markerQueue } = platform;
  const { seen } = await boards.expect({ queueId: markerQueue.id, waiting: 1 });
  const start = performance.now();
  for (let at = 0; at < events.length; at += BUNDLE) {
    for (const event of events.slice(at, at + BUNDLE)) platform.say(event);
    await new Promise((resolve) => setImmediate(resolve));
    if ((at + BUNDLE) % AHEAD === 0) await platform.settled();
  }
  await platform.settled();
  const callId = `bench-marker-${round}`;
  const number = '+5583911111111';
  const now = Date.now();
  platform.say({
    type: 'call-started',
    at: now,
    callId,
    direction: 'inbound',
    number,
    queue: markerQueue.name,
    extension: null,
  });
  const result = await seen;
  const ms = performance.now() - start;
  platform.say({ type: 'call-ended', at: now + 1, callId, by: 'customer', cause: 'abandoned' });
  await platform.settled();
  return { ...result, ms, events: events.length };
}

/** Broadcasts the same frames, one after another, and waits until every board has seen the last. */
export async function runBare(
  bare: BareServer,
  boards: BoardProcess,
  frames: readonly BoardChange[],
  marker: Marker,
): Promise<number> {
  const { seen } = await boards.expect(marker);
  const start = performance.now();
  for (const frame of frames) {
    bare.broadcast(frame);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await seen;
  return performance.now() - start;
}

export function bytesOf(frames: readonly BoardChange[]): number {
  return frames.reduce((sum, frame) => sum + Buffer.byteLength(JSON.stringify(['board:changed', frame])), 0);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}
