const KEY = 'citrus-page-id';
const DEVICE_KEY = 'citrus-device-id';
const UUID = /^[0-9a-f-]{36}$/;
/** A page that is reloaded may still hold its lock for a moment; a tab that was copied from another never gets it. */
const LOCK_WAIT_MS = 600;

/**
 * Names this page, over reloads, for the server and for the phone's registration; a UUID. Browsers copy the storage of a
 * tab that is duplicated, so the name is also locked: whoever finds it locked is a copy and takes a new one.
 */
export async function claimPageId(storage: Storage, locks: LockManager | undefined): Promise<string> {
  const stored = storage.getItem(KEY);
  if (stored !== null && UUID.test(stored) && (await hold(stored, locks))) return stored;
  const fresh = newUuid();
  storage.setItem(KEY, fresh);
  await hold(fresh, locks);
  return fresh;
}

/** Names this browser, for all its tabs and for good; a UUID. Says nothing of whose computer it is. */
export function deviceIdOf(storage: Storage): string {
  const stored = storage.getItem(DEVICE_KEY);
  if (stored !== null && UUID.test(stored)) return stored;
  const fresh = newUuid();
  storage.setItem(DEVICE_KEY, fresh);
  return fresh;
}

/** Holds the name for as long as the page lives. Without locks (an insecure page, which has no phone either) it is believed. */
function hold(pageId: string, locks: LockManager | undefined): Promise<boolean> {
  if (locks === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const waiting = new AbortController();
    const timer = setTimeout(() => {
      waiting.abort();
    }, LOCK_WAIT_MS);
    locks
      .request(`${KEY}:${pageId}`, { signal: waiting.signal }, () => {
        clearTimeout(timer);
        resolve(true);
        return new Promise(() => {
          // never released: the lock goes with the page
        });
      })
      .catch(() => {
        resolve(false);
      });
  });
}

/** `crypto.randomUUID` exists in secure contexts only; the page has to work far enough to say that it is not in one. */
function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
