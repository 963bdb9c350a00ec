import { type Request, type RequestHandler, type Response } from 'express';
import { type Viewer } from '../../modules/accounts/viewer.domain.js';
import { type Locale, type MessageKey, type Translate } from '../../shared/i18n/messages.js';
import { type Translator } from '../i18n/translator.js';
import { cookieOf } from './cookies.js';
import { localeCookie, localeOf, readTheme, type Theme } from './preferences.js';

/** One line of the menu, as views draw it. */
export interface MenuLink {
  readonly label: string;
  readonly href: string;
  /** Name in the icon set, without prefix. */
  readonly icon: string;
  /** What the page is for, in one sentence. */
  readonly about: string;
  readonly group: string;
  readonly current: boolean;
}

export type FlashKind = 'success' | 'warning' | 'danger';
export interface FlashMessage {
  readonly kind: FlashKind;
  readonly text: string;
}

/** What every view has besides its model. */
export interface PageLocals {
  t: Translate;
  locale: Locale;
  theme: Theme;
  viewer: Viewer | null;
  menu: readonly MenuLink[];
  /** Goes into every form as `_csrf`; scripts take it from the page's `csrf-token` meta element. */
  csrfToken: string;
  flash: FlashMessage | null;
  /** Path and query of this page, for forms that come back to it. */
  here: string;
  demo: boolean;
}

export function localsOf(res: Response): PageLocals {
  return res.locals as PageLocals;
}

/** Sentences in the language of whom this request is from. */
export function translateOf(res: Response): Translate {
  return localsOf(res).t;
}

export function viewerOf(req: Request): Viewer | null {
  return (req.user as Viewer | undefined) ?? null;
}

/**
 * What views need before anything is known of the person, so that even the page of an early error is in a language.
 * A signed-in person's language comes later, with the viewer.
 */
export function createEarlyLocals(deps: {
  readonly translator: Translator;
  readonly defaultLocale: Locale;
  readonly demo: boolean;
}): RequestHandler {
  return (req, res, next) => {
    const chosen = localeOf(cookieOf(req, localeCookie));
    const locale = chosen ?? deps.defaultLocale;
    const early: PageLocals = {
      t: deps.translator(locale),
      locale,
      theme: readTheme(req),
      viewer: null,
      menu: [],
      csrfToken: '',
      flash: null,
      here: req.originalUrl,
      demo: deps.demo,
    };
    Object.assign(res.locals, early);
    next();
  };
}

export function setLocale(res: Response, translator: Translator, locale: Locale): void {
  const locals = localsOf(res);
  locals.locale = locale;
  locals.t = translator(locale);
}

/** What the person reads, still as a key; the session keeps it for the next page. */
export interface PendingFlash {
  readonly kind: FlashKind;
  readonly key: MessageKey;
  readonly params: Readonly<Record<string, string | number>>;
}
