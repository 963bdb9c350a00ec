import { type Page } from 'playwright-core';
import { eventually } from './wait.js';

/** What the pages with a phone tell of their call; see `getStats` of WebRTC. The energy is a sum that only grows. */
export interface AudioStats {
  readonly inboundPackets: number;
  readonly outboundPackets: number;
  readonly inboundEnergy: number;
}

type Measure = keyof AudioStats;
type PhonePage = typeof globalThis & {
  readonly citrusVoz?: { stats(): Promise<AudioStats | null> | AudioStats | null };
};

/** The tone of the fake microphone comes once a second, so that this is enough for several. */
const AUDIO_MS = 10_000;
/** A line that only lets the noise of encoding through has less. */
const AUDIBLE_ENERGY = 1e-6;

/** Null while the page has no call. */
export function audioStats(page: Page): Promise<AudioStats | null> {
  return page.evaluate(() => (globalThis as PhonePage).citrusVoz?.stats() ?? null);
}

/**
 * Waits until audio flows both ways on this page from now on: packets in and out go on coming, and what comes in is more
 * than silence. Returns how much came since.
 *
 * @param who completes the message at the limit: "audio on the side of …"
 */
export async function measureAudio(
  page: Page,
  who: string,
  { limitMs = AUDIO_MS }: { readonly limitMs?: number } = {},
): Promise<AudioStats> {
  let first: AudioStats | null = null;
  return eventually(
    `audio both ways on the side of ${who}`,
    async () => {
      const now = await audioStats(page);
      if (now === null) throw new Error('the page tells of no call');
      // A new connection (after a reload, say) counts from nothing again.
      if (first === null || isLess(now, first)) {
        first = now;
        return null;
      }
      const grown = difference(now, first);
      const lacking = whatIsLacking(grown);
      if (lacking.length > 0)
        throw new Error(`no growth of ${lacking.join(', ')}; since the first look ${show(grown)}`);
      return grown;
    },
    { limitMs, everyMs: 100 },
  );
}

function isLess(a: AudioStats, b: AudioStats): boolean {
  return a.inboundPackets < b.inboundPackets || a.outboundPackets < b.outboundPackets;
}

function difference(now: AudioStats, then: AudioStats): AudioStats {
  return {
    inboundPackets: now.inboundPackets - then.inboundPackets,
    outboundPackets: now.outboundPackets - then.outboundPackets,
    inboundEnergy: now.inboundEnergy - then.inboundEnergy,
  };
}

function whatIsLacking(grown: AudioStats): readonly Measure[] {
  const enough: Readonly<Record<Measure, boolean>> = {
    // Fifty a second are sent: fewer than ten may be left over from before.
    inboundPackets: grown.inboundPackets >= 10,
    outboundPackets: grown.outboundPackets >= 10,
    inboundEnergy: grown.inboundEnergy >= AUDIBLE_ENERGY,
  };
  return (Object.keys(enough) as Measure[]).filter((measure) => !enough[measure]);
}

function show(stats: AudioStats): string {
  return Object.entries(stats)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
