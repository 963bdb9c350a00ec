import { type Request, type Response } from 'express';
import { LOCALES, type Locale } from '../../shared/i18n/messages.js';
import { cookieOf } from './cookies.js';

/** Language chosen before there is a person to keep it for. */
export const localeCookie = 'citrus-voz.locale';
/** What the page found the system to prefer, written by `layout-page.ts`; so the next page is drawn in it at once. */
export const themeCookie = 'citrus-voz.theme';
const YEAR_MS = 365 * 24 * 3600 * 1000;

export type Theme = 'light' | 'dark';

export function localeOf(value: unknown): Locale | null {
  return LOCALES.find((locale) => locale === value) ?? null;
}

export function readTheme(req: Request): Theme {
  return cookieOf(req, themeCookie) === 'dark' ? 'dark' : 'light';
}

/** What the browser asks for, when we speak it. A hint for the sign-in page only: the person's choice decides. */
export function hintedLocale(req: Request): Locale | null {
  const asked = req.acceptsLanguages(...LOCALES, 'pt');
  if (asked === 'pt') return 'pt-BR';
  return localeOf(asked);
}

export function rememberLocale(res: Response, locale: Locale, secure: boolean): void {
  res.cookie(localeCookie, locale, { maxAge: YEAR_MS, sameSite: 'lax', httpOnly: true, secure });
}
