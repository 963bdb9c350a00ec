import { type LineWord, ratingOf, wordOf } from '../../shared/line-quality.js';

/** What a call's media did so far. Packets and energy grow from the beginning of the session. */
export interface CallStats {
  readonly inboundPackets: number;
  readonly outboundPackets: number;
  /** Sum of the energy of what was heard (webrtc-stats, `totalAudioEnergy`); silence adds next to nothing. */
  readonly inboundEnergy: number;
  /** Energy of what the microphone, or the hold music, gave. */
  readonly outboundEnergy: number;
  readonly packetsLost: number;
  /** Of what this side sent, as the other side counts it. */
  readonly outboundPacketsLost: number;
  /** Seconds. */
  readonly jitter: number | null;
  /** Seconds. */
  readonly roundTripTime: number | null;
}

type Entry = Readonly<Record<string, unknown>>;

/** Picks what matters from `RTCPeerConnection.getStats()`. */
export function summariseStats(report: Iterable<readonly [string, Entry]>): CallStats {
  const summary = {
    inboundPackets: 0,
    outboundPackets: 0,
    inboundEnergy: 0,
    outboundEnergy: 0,
    packetsLost: 0,
    outboundPacketsLost: 0,
    jitter: null as number | null,
    roundTripTime: null as number | null,
  };
  for (const [, entry] of report) {
    switch (entry['type']) {
      case 'inbound-rtp':
        summary.inboundPackets += number(entry['packetsReceived']) ?? 0;
        summary.inboundEnergy += number(entry['totalAudioEnergy']) ?? 0;
        summary.packetsLost += Math.max(0, number(entry['packetsLost']) ?? 0);
        summary.jitter = number(entry['jitter']) ?? summary.jitter;
        break;
      case 'outbound-rtp':
        summary.outboundPackets += number(entry['packetsSent']) ?? 0;
        break;
      case 'media-source':
        summary.outboundEnergy += number(entry['totalAudioEnergy']) ?? 0;
        break;
      case 'remote-inbound-rtp':
        summary.roundTripTime = number(entry['roundTripTime']) ?? summary.roundTripTime;
        summary.outboundPacketsLost += Math.max(0, number(entry['packetsLost']) ?? 0);
        break;
      case 'candidate-pair':
        if (entry['nominated'] === true) {
          summary.roundTripTime ??= number(entry['currentRoundTripTime']);
        }
        break;
    }
  }
  return summary;
}

/** `none`: nothing arrived since the last look. */
export type LineQuality = LineWord | 'none';

/** How the line is between two looks, by the same rating that is kept with the call. */
export function lineQuality(before: CallStats, now: CallStats): LineQuality {
  const received = now.inboundPackets - before.inboundPackets;
  if (received <= 0) return 'none';
  const lost = Math.max(0, now.packetsLost - before.packetsLost);
  const rating = ratingOf({
    roundTripMs: now.roundTripTime === null ? null : now.roundTripTime * 1000,
    jitterMs: now.jitter === null ? null : now.jitter * 1000,
    lossPercent: (100 * lost) / (lost + received),
  });
  return wordOf(rating);
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
