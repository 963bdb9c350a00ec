import { type Locale, type Translate } from '../../shared/i18n/messages.js';
import { type ShownAgentLine } from '../line-quality/line-page.domain.js';
import { browserOf } from './browser.domain.js';
import { type ListedSession } from './logged-in.domain.js';

/** A session as a person reads it: everything is text. */
export interface ShownSession {
  readonly ref: string;
  readonly userId: number;
  readonly name: string;
  readonly profile: string;
  readonly since: string;
  readonly seen: string;
  readonly address: string;
  readonly browser: string;
  readonly pages: number;
  readonly isOwn: boolean;
  /** Null for who neither tested equipment nor took calls today. */
  readonly line: ShownAgentLine | null;
}

export interface SessionWords {
  readonly t: Translate;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly now: Date;
}

/** Being in use is stored once a minute: what is younger than two is now. */
const NOW_MS = 2 * 60_000;
const HOUR_MS = 3_600_000;

export function toShownSession(
  session: ListedSession,
  ownSessionId: string,
  line: ShownAgentLine | null,
  words: SessionWords,
): ShownSession {
  const { t, locale, timeZone } = words;
  const browser = browserOf(session.userAgent);
  return {
    ref: session.ref,
    userId: session.userId,
    name: session.name,
    profile: session.profileName,
    since:
      session.signedInAt === null
        ? t('users:logged-in-unknown')
        : new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'short', timeZone }).format(
            session.signedInAt,
          ),
    seen: seenText(session, words),
    address: session.address ?? t('users:logged-in-unknown'),
    browser:
      browser === null
        ? t('users:logged-in-other-browser')
        : browser.system === null
          ? browser.name
          : t('users:logged-in-browser-on', { browser: browser.name, system: browser.system }),
    pages: session.pages,
    isOwn: session.sessionId === ownSessionId,
    line,
  };
}

/** A page that is connected is there now, however long ago it asked for anything. */
function seenText({ lastSeenAt, pages }: ListedSession, { t, now }: SessionWords): string {
  if (lastSeenAt === null) return t('users:logged-in-unknown');
  const ms = now.getTime() - lastSeenAt.getTime();
  if (pages > 0 || ms < NOW_MS) return t('users:logged-in-now');
  if (ms < HOUR_MS) return t('users:logged-in-minutes', { count: Math.floor(ms / 60_000) });
  return t('users:logged-in-hours', { count: Math.floor(ms / HOUR_MS) });
}
