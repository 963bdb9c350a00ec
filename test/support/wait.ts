import { type Socket } from 'socket.io-client';
import { type ClientToServerEvents, type ServerToClientEvents } from '../../src/shared/realtime.js';

const LIMIT_MS = 5000;
const POLL_MS = 25;

type NotYet = undefined | null | false;

/**
 * Polls until `fn` gives something other than undefined, null or false, and returns that. A throw (a failed assertion,
 * say) means "not yet" as well.
 *
 * @param what completes the sentence "waited 5000 ms for …"; it is the message when the limit is reached, with the last
 * throw as its cause
 */
export async function eventually<T>(
  what: string,
  fn: () => T | NotYet | Promise<T | NotYet>,
  { limitMs = LIMIT_MS, everyMs = POLL_MS }: { readonly limitMs?: number; readonly everyMs?: number } = {},
): Promise<T> {
  const start = performance.now();
  for (;;) {
    let last: unknown;
    try {
      const value = await fn();
      if (value !== undefined && value !== null && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() - start >= limitMs) {
      const detail = last instanceof Error ? `: ${last.message}` : '';
      throw new Error(`waited ${limitMs} ms for ${what}${detail}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

interface Listenable {
  on(name: string, listener: (...args: unknown[]) => void): unknown;
  off(name: string, listener: (...args: unknown[]) => void): unknown;
}

type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>;
type FirstOf<E extends keyof ServerToClientEvents> = Parameters<ServerToClientEvents[E]>[0];

/** The first argument of the next event of that name, or of the next one that `accepts` takes. */
export function nextEvent<E extends keyof ServerToClientEvents>(
  source: ClientSocket,
  name: E,
  accepts?: (value: FirstOf<E>) => boolean,
  options?: { readonly limitMs?: number },
): Promise<FirstOf<E>>;
export function nextEvent(
  source: Listenable,
  name: string,
  accepts?: (value: unknown) => boolean,
  options?: { readonly limitMs?: number },
): Promise<unknown>;
export function nextEvent(
  source: ClientSocket | Listenable,
  name: string,
  accepts: (value: never) => boolean = () => true,
  { limitMs = LIMIT_MS }: { readonly limitMs?: number } = {},
): Promise<unknown> {
  const emitter = source as Listenable;
  return new Promise((resolve, reject) => {
    let passedOver = 0;
    const stop = (): void => {
      clearTimeout(limit);
      emitter.off(name, listener);
    };
    const limit = setTimeout(() => {
      stop();
      reject(new Error(`waited ${limitMs} ms for "${name}"; ${passedOver} came that were not the one`));
    }, limitMs);
    const listener = (...args: unknown[]): void => {
      try {
        if (!accepts(args[0] as never)) {
          passedOver += 1;
          return;
        }
      } catch (error) {
        stop();
        reject(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      stop();
      resolve(args[0]);
    };
    emitter.on(name, listener);
  });
}
