import { randomUUID } from 'node:crypto';
import { type SessionData } from 'express-session';
import { type SecretBox, UnreadableSecretError } from '../../platform/crypto/secret-box.js';
import { SECRET_NAMES, type SecretName, type SecretSettings } from './integration-settings.domain.js';

interface SecretDraft {
  readonly id: string;
  readonly sealed: Readonly<Partial<Record<SecretName, string>>>;
}

declare module 'express-session' {
  interface SessionData {
    integrationDraft?: SecretDraft | undefined;
    /** The URA's new token, sealed, to be shown once. */
    uraToken?: string | undefined;
  }
}

/** A request, as far as its session goes. */
export interface WithSession {
  readonly session: Partial<SessionData> & { save(done: (error: unknown) => void): unknown };
}

const NO_SECRETS: SecretSettings = { secret: '', turnSecret: '' };
const TOKEN_PLACE = 'session.uraToken';

/**
 * Secrets that were typed and are not saved yet, because a form was refused or has to be confirmed. They are kept sealed in
 * the session; the page is given only the draft's name, so that they are never sent back to it.
 */
export class SecretDrafts {
  readonly #box: SecretBox;

  constructor(box: SecretBox) {
    this.#box = box;
  }

  /** What is typed now, and for the rest what was typed into this form before. */
  merge(req: WithSession, draftId: string, typed: SecretSettings): SecretSettings {
    const draft = req.session.integrationDraft;
    const before = draft?.id === draftId ? this.#open(draft) : NO_SECRETS;
    return { secret: typed.secret || before.secret, turnSecret: typed.turnSecret || before.turnSecret };
  }

  /** Keeps what was typed; returns the draft's name, empty when there is nothing to keep. */
  async keep(req: WithSession, secrets: SecretSettings): Promise<string> {
    const typed = SECRET_NAMES.filter((name) => secrets[name] !== '');
    if (typed.length === 0) return '';
    const sealed = Object.fromEntries(typed.map((name) => [name, this.#box.seal(secrets[name], placeOf(name))]));
    const draft = { id: randomUUID(), sealed };
    req.session.integrationDraft = draft;
    await saveSession(req);
    return draft.id;
  }

  /** Forgets them. Stored with whatever the session stores next. */
  drop(req: WithSession): void {
    delete req.session.integrationDraft;
  }

  /** For the page that the person is sent to; see `takeToken`. */
  async keepToken(req: WithSession, token: string): Promise<void> {
    req.session.uraToken = this.#box.seal(token, TOKEN_PLACE);
    await saveSession(req);
  }

  /** The token that was just made, once. */
  takeToken(req: WithSession): string | null {
    const { uraToken } = req.session;
    if (uraToken === undefined) return null;
    delete req.session.uraToken;
    return this.#openOne(uraToken, TOKEN_PLACE) || null;
  }

  #open({ sealed }: SecretDraft): SecretSettings {
    const open = (name: SecretName): string => {
      const text = sealed[name];
      return text === undefined ? '' : this.#openOne(text, placeOf(name));
    };
    return { secret: open('secret'), turnSecret: open('turnSecret') };
  }

  /** A draft that outlived a change of the key is no draft any more: the form asks again. */
  #openOne(text: string, place: string): string {
    try {
      return this.#box.open(text, place);
    } catch (error) {
      if (error instanceof UnreadableSecretError) return '';
      throw error;
    }
  }
}

function placeOf(name: SecretName): string {
  return `session.integrationDraft.${name}`;
}

/** Before the answer goes out: the browser may follow it faster than the session's row is written. */
function saveSession(req: WithSession): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.save((error: unknown) => {
      if (error === undefined || error === null) resolve();
      else reject(error instanceof Error ? error : new Error('the session was not saved', { cause: error }));
    });
  });
}
