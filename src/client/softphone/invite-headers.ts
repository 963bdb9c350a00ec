import { type CallDirection } from '../../shared/agent-state.js';

/** What the exchange says of a call in the headers of its INVITE. */
export interface InviteHeaders {
  /** Our id of the call; null when the call did not come through Citrus Voz. */
  readonly callId: string | null;
  readonly direction: CallDirection;
  /** The phone answers by itself: the person asked for this call, or already had it. */
  readonly autoAnswer: boolean;
  /** The call goes on: it takes the place of the session that died with the page or the network. */
  readonly resume: boolean;
}

const DIRECTIONS: readonly CallDirection[] = ['inbound', 'outbound', 'callback', 'consult'];

export function readInviteHeaders(header: (name: string) => string | undefined): InviteHeaders {
  const callId = header('X-Citrus-Call-Id')?.trim() ?? '';
  const direction = header('X-Citrus-Direction')?.trim().toLowerCase();
  const resume = isOn(header('X-Citrus-Resume'));
  return {
    callId: callId === '' ? null : callId,
    direction: DIRECTIONS.find((known) => known === direction) ?? 'inbound',
    autoAnswer: resume || isOn(header('X-Citrus-Auto-Answer')),
    resume,
  };
}

/** The caller's place in the queue, from 1, as a provisional response says it; null when it says none. */
export function readQueuePosition(header: (name: string) => string | undefined): number | null {
  const value = header('X-Queue-Position')?.trim() ?? '';
  if (!/^\d{1,6}$/.test(value)) return null;
  const position = Number(value);
  return position > 0 ? position : null;
}

/**
 * Where to fetch what a waiting caller shall hear; null without. Only a path of our own is believed: a page is reached
 * under more names than the exchange knows, and plays nothing of others.
 */
export function readWaitingSound(header: (name: string) => string | undefined): string | null {
  const value = header('Alert-Info') ?? '';
  return /^\s*<[^<>]*?(\/prompts\/[\w-]+\.\w+)>\s*;\s*info=waiting\s*$/.exec(value)?.[1] ?? null;
}

/** Whether a call was refused because its queue is closed, and when that opens (epoch milliseconds) if it is said. */
export interface Closure {
  readonly isOutOfHours: boolean;
  readonly opensAt: number | null;
}

export function readClosure(header: (name: string) => string | undefined): Closure {
  const isOutOfHours = header('X-Citrus-Cause')?.trim() === 'out-of-hours';
  const value = header('X-Citrus-Opens-At')?.trim() ?? '';
  return { isOutOfHours, opensAt: isOutOfHours && /^\d{1,15}$/.test(value) ? Number(value) : null };
}

function isOn(value: string | undefined): boolean {
  return value?.trim() === '1';
}
