import { randomBytes } from 'node:crypto';

/** What browsers and phones agree on playing. */
export const AUDIO_TYPES = ['audio/wav', 'audio/mpeg', 'audio/ogg'] as const;
export type AudioType = (typeof AUDIO_TYPES)[number];

const ENDINGS: Readonly<Record<AudioType, string>> = { 'audio/wav': 'wav', 'audio/mpeg': 'mp3', 'audio/ogg': 'ogg' };

/** The only thing between a recording and whoever has not been called by it: 192 random bits. */
export function newPromptToken(): string {
  return randomBytes(24).toString('base64url');
}

/** Where a phone fetches a recording, without signing in. */
export function promptPath(token: string, contentType: AudioType): string {
  return `/prompts/${token}.${ENDINGS[contentType]}`;
}

/** The token in the last part of such a path; null when it is none. */
export function readPromptFile(file: string): string | null {
  return /^([\w-]{32})\.(?:wav|mp3|ogg)$/.exec(file)?.[1] ?? null;
}
