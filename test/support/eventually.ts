import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `read` gives something (not null, undefined or false); fails by saying what it waited for. */
export async function eventually<T>(
  what: string,
  read: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  limitMs = 4000,
): Promise<T> {
  const until = Date.now() + limitMs;
  for (;;) {
    const value = await read();
    if (value !== null && value !== undefined && value !== false) return value;
    if (Date.now() > until) throw new Error(`waited ${String(limitMs)} ms in vain for ${what}`);
    await sleep(2);
  }
}
