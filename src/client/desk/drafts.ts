import { type AttendanceEntry, type AttendanceForm } from '../../shared/desk.js';

/**
 * `clean`: as the server has it. `failed`: the last try did not get through, another comes. `refused`: the server does not
 * take it (the record was finished meanwhile); what was typed stays in the page. `conflict`: another page saved something
 * else meanwhile; the person decides which of the two stays.
 */
export type DraftState = 'clean' | 'typed' | 'saving' | 'failed' | 'refused' | 'conflict';

export interface DraftStatus {
  readonly state: DraftState;
  /** When the server last stored it; null when it never did. */
  readonly savedAt: number | null;
  /** Why the server does not take it. */
  readonly refusal: DraftRefusal | null;
  /** What another page saved; null but in a conflict. */
  readonly other: AttendanceForm | null;
}

/** A sentence, and the field it is about where there is one. */
export interface DraftRefusal {
  readonly message: string;
  readonly field: string | null;
}

export interface DraftsDeps {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Rejects when it was not stored; answers with what is there when another page saved since `version`. */
  readonly save: (
    attendanceId: number,
    entry: AttendanceEntry,
    version: number,
  ) => Promise<{ readonly isStored: boolean; readonly form: AttendanceForm }>;
  /** Why an error is the server's last word; null for one that a later try may get past. */
  readonly refusalOf: (error: unknown) => DraftRefusal | null;
  /** Returns its own undo. */
  readonly later: (ms: number, run: () => void) => () => void;
  readonly onChanged: (attendanceId: number) => void;
}

interface Draft {
  text: AttendanceEntry;
  /** Of what the server has, the one this was typed over. */
  version: number;
  /** What was sent over that version, as long as no answer said that it arrived: it may have, all the same. */
  sent: AttendanceEntry[];
  status: DraftStatus;
  failures: number;
  saving: Promise<boolean> | null;
  cancelTimer: () => void;
}

type Kept = Pick<Draft, 'text' | 'version' | 'sent'>;

const AFTER_TYPING_MS = 700;
const RETRY_MS = [1000, 2000, 4000, 8000] as const;
const KEY = 'citrus-draft-';
const CLEAN: DraftStatus = { state: 'clean', savedAt: null, refusal: null, other: null };

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

  /** What to show: what was typed here and is not stored, else what the server has. Resumes sending after a reload. */
  open(stored: AttendanceForm): AttendanceEntry {
    const { attendanceId } = stored;
    const held = this.#drafts.get(attendanceId);
    if (held !== undefined) {
      // What was on its way when this was stored is older than it.
      if (held.version > stored.version) return held.text;
      if (held.status.state === 'clean') this.#take(held, stored);
      else if (held.status.state === 'conflict') held.status = { ...held.status, other: stored };
      return held.text;
    }
    const kept = this.#read(attendanceId);
    const draft = this.#create(attendanceId, kept ?? { text: entryOf(stored), version: stored.version, sent: [] });
    draft.status = { ...CLEAN, savedAt: stored.savedAt };
    if (kept !== null) {
      draft.status = { ...draft.status, state: 'typed' };
      this.#sendLater(attendanceId, draft, 0);
    }
    return draft.text;
  }

  /** Only of a record that was opened. */
  type(attendanceId: number, text: AttendanceEntry): void {
    const draft = this.#drafts.get(attendanceId);
    if (draft === undefined) return;
    draft.text = entryOf(text);
    this.#keep(attendanceId, draft);
    if (draft.status.state === 'conflict' || draft.saving !== null) return;
    draft.status = { ...draft.status, refusal: null };
    this.#setState(attendanceId, draft, 'typed');
    this.#sendLater(attendanceId, draft, AFTER_TYPING_MS);
  }

  status(attendanceId: number): DraftStatus {
    return this.#drafts.get(attendanceId)?.status ?? CLEAN;
  }

  /** The person decides a conflict: what was typed here goes over what another page saved, or that is shown here. */
  async resolve(attendanceId: number, choice: 'mine' | 'other'): Promise<void> {
    const draft = this.#drafts.get(attendanceId);
    const other = draft?.status.other ?? null;
    if (draft === undefined || other === null) return;
    if (choice === 'other') {
      this.#take(draft, other);
      this.#deps.storage.removeItem(KEY + String(attendanceId));
      this.#deps.onChanged(attendanceId);
      return;
    }
    draft.version = other.version;
    draft.sent = [];
    draft.status = { ...draft.status, other: null };
    this.#keep(attendanceId, draft);
    await this.#send(attendanceId, draft);
  }

  /** Sends what is not stored now. Resolves with whether everything typed is stored. */
  async flush(attendanceId: number): Promise<boolean> {
    const draft = this.#drafts.get(attendanceId);
    if (draft === undefined || draft.status.state === 'clean') return true;
    if (draft.status.state === 'conflict') return false;
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

  #create(attendanceId: number, kept: Kept): Draft {
    const draft: Draft = { ...kept, status: CLEAN, failures: 0, saving: null, cancelTimer: () => undefined };
    this.#drafts.set(attendanceId, draft);
    return draft;
  }

  #take(draft: Draft, stored: AttendanceForm): void {
    draft.text = entryOf(stored);
    draft.version = stored.version;
    draft.sent = [];
    draft.status = { ...CLEAN, savedAt: stored.savedAt };
  }

  #sendLater(attendanceId: number, draft: Draft, ms: number): void {
    draft.cancelTimer();
    draft.cancelTimer = this.#deps.later(ms, () => {
      void this.#send(attendanceId, draft);
    });
  }

  #send(attendanceId: number, draft: Draft): Promise<boolean> {
    if (draft.saving !== null) return draft.saving;
    const sending = draft.text;
    draft.sent = [...draft.sent.filter((one) => !isSame(one, sending)), sending];
    this.#keep(attendanceId, draft);
    this.#setState(attendanceId, draft, 'saving');
    const saving = this.#deps.save(attendanceId, sending, draft.version).then(
      ({ isStored, form }) => {
        draft.saving = null;
        draft.failures = 0;
        return isStored ? this.#stored(attendanceId, draft, form) : this.#elsewhere(attendanceId, draft, form);
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

  #stored(attendanceId: number, draft: Draft, form: AttendanceForm): boolean {
    draft.version = form.version;
    draft.sent = [];
    draft.status = { ...draft.status, savedAt: form.savedAt, refusal: null };
    if (isSame(draft.text, form)) {
      this.#deps.storage.removeItem(KEY + String(attendanceId));
      this.#setState(attendanceId, draft, 'clean');
    } else {
      this.#keep(attendanceId, draft);
      this.#setState(attendanceId, draft, 'typed');
      this.#sendLater(attendanceId, draft, AFTER_TYPING_MS);
    }
    return true;
  }

  /** The record is not what this was typed over. It may be this page's own: a save whose answer got lost. */
  #elsewhere(attendanceId: number, draft: Draft, form: AttendanceForm): boolean {
    if (draft.sent.some((one) => isSame(one, form))) return this.#stored(attendanceId, draft, form);
    draft.status = { ...draft.status, other: form };
    this.#setState(attendanceId, draft, 'conflict');
    return false;
  }

  #setState(attendanceId: number, draft: Draft, state: DraftState): void {
    draft.status = { ...draft.status, state };
    this.#deps.onChanged(attendanceId);
  }

  #keep(attendanceId: number, { text, version, sent }: Draft): void {
    this.#deps.storage.setItem(KEY + String(attendanceId), JSON.stringify({ text, version, sent } satisfies Kept));
  }

  #read(attendanceId: number): Kept | null {
    const stored = this.#deps.storage.getItem(KEY + String(attendanceId));
    if (stored === null) return null;
    try {
      const value = JSON.parse(stored) as unknown;
      return isKept(value) ? value : null;
    } catch {
      return null;
    }
  }
}

function entryOf({ subjectReasonId, outcomeReasonId, description, kind }: AttendanceEntry): AttendanceEntry {
  return { subjectReasonId, outcomeReasonId, description, kind };
}

function isSame(one: AttendanceEntry, other: AttendanceEntry): boolean {
  return JSON.stringify(entryOf(one)) === JSON.stringify(entryOf(other));
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const { text, version, sent } = value as Record<string, unknown>;
  return typeof version === 'number' && Array.isArray(sent) && [text, ...(sent as unknown[])].every(isEntry);
}

function isEntry(value: unknown): value is AttendanceEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { subjectReasonId, outcomeReasonId, description, kind } = value as Record<string, unknown>;
  const isId = (id: unknown): boolean => id === null || typeof id === 'number';
  return isId(subjectReasonId) && isId(outcomeReasonId) && typeof description === 'string' && typeof kind === 'string';
}
