export interface DraftText {
  readonly subject: string;
  readonly description: string;
}

/**
 * `clean`: as the server has it. `failed`: the last try did not get through, another comes. `refused`: the server does not
 * take it (the record was finished meanwhile); what was typed stays in the page.
 */
export type DraftState = 'clean' | 'typed' | 'saving' | 'failed' | 'refused';

export interface DraftStatus {
  readonly state: DraftState;
  /** When the server last stored it; null when it never did. */
  readonly savedAt: number | null;
  /** Why the server does not take it, as a sentence. */
  readonly refusal: string | null;
}

export interface DraftsDeps {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Rejects when it was not stored. */
  readonly save: (attendanceId: number, text: DraftText) => Promise<{ readonly savedAt: number }>;
  /** Why an error is the server's last word, as a sentence; null for one that a later try may get past. */
  readonly refusalOf: (error: unknown) => string | null;
  /** Returns its own undo. */
  readonly later: (ms: number, run: () => void) => () => void;
  readonly onChanged: (attendanceId: number) => void;
}

interface Draft {
  text: DraftText;
  status: DraftStatus;
  failures: number;
  saving: Promise<boolean> | null;
  cancelTimer: () => void;
}

const AFTER_TYPING_MS = 700;
const RETRY_MS = [1000, 2000, 4000, 8000] as const;
const KEY = 'citrus-draft-';

/**
 * What is typed into attendances, until the server has it. Each keystroke is put into the page's storage first, so that a
 * reload loses nothing; then sent when the typing rests, and sent again until it is stored. Several may be under way: a
 * call can end, and the next begin, before the record of the first got through.
 */
export class Drafts {
  readonly #deps: DraftsDeps;
  readonly #drafts = new Map<number, Draft>();

  constructor(deps: DraftsDeps) {
    this.#deps = deps;
  }

  /** The text to show: what was typed here and is not stored, else what the server has. Resumes sending after a reload. */
  open(attendanceId: number, stored: DraftText & { readonly savedAt: number | null }): DraftText {
    const held = this.#drafts.get(attendanceId);
    if (held !== undefined) {
      // What was on its way when this text was stored is older than it.
      if (held.status.state !== 'clean' || (held.status.savedAt ?? 0) > (stored.savedAt ?? 0)) return held.text;
      held.text = { subject: stored.subject, description: stored.description };
      held.status = { state: 'clean', savedAt: stored.savedAt, refusal: null };
      return held.text;
    }
    const left = this.#read(attendanceId);
    const draft = this.#create(attendanceId, left ?? stored, stored.savedAt);
    if (left !== null) {
      draft.status = { ...draft.status, state: 'typed' };
      this.#sendLater(attendanceId, draft, 0);
    }
    return draft.text;
  }

  type(attendanceId: number, text: DraftText): void {
    const draft = this.#drafts.get(attendanceId) ?? this.#create(attendanceId, text, null);
    draft.text = { subject: text.subject, description: text.description };
    this.#deps.storage.setItem(KEY + String(attendanceId), JSON.stringify(draft.text));
    if (draft.saving === null) {
      this.#setState(attendanceId, draft, 'typed');
      this.#sendLater(attendanceId, draft, AFTER_TYPING_MS);
    }
  }

  status(attendanceId: number): DraftStatus {
    return this.#drafts.get(attendanceId)?.status ?? { state: 'clean', savedAt: null, refusal: null };
  }

  /** Sends what is not stored now. Resolves with whether everything typed is stored. */
  async flush(attendanceId: number): Promise<boolean> {
    const draft = this.#drafts.get(attendanceId);
    if (draft === undefined || draft.status.state === 'clean') return true;
    draft.cancelTimer();
    const stored = await (draft.saving ?? this.#send(attendanceId, draft));
    // What was typed while it was under way is sent too.
    return stored && this.status(attendanceId).state !== 'clean' ? this.flush(attendanceId) : stored;
  }

  /** The connection is back: nothing waits for its next try. */
  retryNow(): void {
    for (const [id, draft] of this.#drafts) {
      if (draft.status.state === 'failed' && draft.saving === null) this.#sendLater(id, draft, 0);
    }
  }

  #create(attendanceId: number, text: DraftText, savedAt: number | null): Draft {
    const draft: Draft = {
      text: { subject: text.subject, description: text.description },
      status: { state: 'clean', savedAt, refusal: null },
      failures: 0,
      saving: null,
      cancelTimer: () => undefined,
    };
    this.#drafts.set(attendanceId, draft);
    return draft;
  }

  #sendLater(attendanceId: number, draft: Draft, ms: number): void {
    draft.cancelTimer();
    draft.cancelTimer = this.#deps.later(ms, () => {
      void this.#send(attendanceId, draft);
    });
  }

  #send(attendanceId: number, draft: Draft): Promise<boolean> {
    if (draft.saving !== null) return draft.saving;
    const sent = draft.text;
    this.#setState(attendanceId, draft, 'saving');
    const saving = this.#deps.save(attendanceId, sent).then(
      ({ savedAt }) => {
        draft.saving = null;
        draft.failures = 0;
        draft.status = { ...draft.status, savedAt };
        if (draft.text === sent) {
          this.#deps.storage.removeItem(KEY + String(attendanceId));
          this.#setState(attendanceId, draft, 'clean');
        } else {
          this.#setState(attendanceId, draft, 'typed');
          this.#sendLater(attendanceId, draft, AFTER_TYPING_MS);
        }
        return true;
      },
      (error: unknown) => {
        draft.saving = null;
        const refusal = this.#deps.refusalOf(error);
        if (refusal !== null) {
          draft.status = { ...draft.status, refusal };
          this.#setState(attendanceId, draft, 'refused');
          return false;
        }
        this.#setState(attendanceId, draft, 'failed');
        const wait = RETRY_MS[Math.min(draft.failures, RETRY_MS.length - 1)] ?? 8000;
        draft.failures += 1;
        this.#sendLater(attendanceId, draft, wait);
        return false;
      },
    );
    draft.saving = saving;
    return saving;
  }

  #setState(attendanceId: number, draft: Draft, state: DraftState): void {
    draft.status = { ...draft.status, state };
    this.#deps.onChanged(attendanceId);
  }

  #read(attendanceId: number): DraftText | null {
    const stored = this.#deps.storage.getItem(KEY + String(attendanceId));
    if (stored === null) return null;
    try {
      const value = JSON.parse(stored) as unknown;
      return isDraftText(value) ? value : null;
    } catch {
      return null;
    }
  }
}

function isDraftText(value: unknown): value is DraftText {
  return (
    typeof value === 'object' &&
    value !== null &&
    'subject' in value &&
    typeof value.subject === 'string' &&
    'description' in value &&
    typeof value.description === 'string'
  );
}
