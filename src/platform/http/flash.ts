import { type Request } from 'express';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { type FlashKind, type PendingFlash } from './locals.js';

declare module 'express-session' {
  interface SessionData {
    flash?: PendingFlash | undefined;
  }
}

/**
 * Says something on the next page the person sees, as "saved". To be awaited before the redirect: the browser follows
 * it at once, and would else be faster than the session's row.
 */
export function flash(
  req: Request,
  kind: FlashKind,
  key: MessageKey,
  params: Readonly<Record<string, string | number>> = {},
): Promise<void> {
  req.session.flash = { kind, key, params };
  return new Promise((resolve, reject) => {
    req.session.save((error: unknown) => {
      if (error === undefined || error === null) resolve();
      else reject(error instanceof Error ? error : new Error('the session was not saved', { cause: error }));
    });
  });
}

export function takeFlash(req: Request): PendingFlash | null {
  const { flash: pending } = req.session;
  if (pending === undefined) return null;
  delete req.session.flash;
  return pending;
}
