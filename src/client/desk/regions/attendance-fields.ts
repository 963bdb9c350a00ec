import { ATTENDANCE_KINDS, type AttendanceKind } from '../../../shared/attendance.js';
import { type AttendanceEntry, type AttendanceForm, type DeskState, type ReasonChoice } from '../../../shared/desk.js';
import { type Translate } from '../../../shared/i18n/messages.js';
import { byId, el, setAttribute, setHidden, setText } from '../../dom/element.js';
import { syncList } from '../../dom/list.js';

type Choice = 'subject' | 'outcome';

/** The fields of a record: what it is about, how it ended, what kind it is, and what was said. */
export class AttendanceFields {
  readonly #t: Translate;
  readonly #selects = {
    subject: byId('attendance-subject', HTMLSelectElement),
    outcome: byId('attendance-outcome', HTMLSelectElement),
  };
  readonly #description = byId('attendance-description', HTMLTextAreaElement);
  readonly #kinds = new Map(
    ATTENDANCE_KINDS.map((kind) => [kind, document.querySelector<HTMLInputElement>(kindSelector(kind))]),
  );
  readonly #kindHint = byId('attendance-kind-hint');
  /** Every name that was shown: of a reason that is retired while it is chosen here. */
  readonly #names = new Map<number, string>();

  constructor(t: Translate, onTyped: () => void) {
    this.#t = t;
    for (const field of ['subject', 'outcome'] as const) {
      this.#selects[field].addEventListener('change', () => {
        this.setError(field, null);
        onTyped();
      });
    }
    this.#description.addEventListener('input', onTyped);
    for (const input of this.#kinds.values()) {
      input?.addEventListener('change', () => {
        this.#hint(this.entry().kind);
        onTyped();
      });
    }
  }

  focus(): void {
    this.#description.focus();
  }

  entry(): AttendanceEntry {
    const idOf = ({ value }: HTMLSelectElement): number | null => (value === '' ? null : Number(value));
    return {
      subjectReasonId: idOf(this.#selects.subject),
      outcomeReasonId: idOf(this.#selects.outcome),
      description: this.#description.value,
      kind: ATTENDANCE_KINDS.find((kind) => this.#kinds.get(kind)?.checked === true) ?? 'normal',
    };
  }

  /** Only what differs is written: setting a value moves the cursor of whoever is typing. */
  show(entry: AttendanceEntry, form: AttendanceForm, reasons: DeskState['attendanceReasons']): void {
    this.#showChoice('subject', entry.subjectReasonId, form, reasons.subject);
    this.#showChoice('outcome', entry.outcomeReasonId, form, reasons.outcome);
    if (this.#description.value !== entry.description) this.#description.value = entry.description;
    const input = this.#kinds.get(entry.kind);
    if (input !== null && input?.checked === false) input.checked = true;
    this.#hint(entry.kind);
  }

  setError(field: Choice, text: string | null, options: { readonly focus: boolean } = { focus: false }): void {
    const select = this.#selects[field];
    const error = byId(`${select.id}-error`);
    setHidden(error, text === null);
    setText(error, text ?? '');
    setAttribute(select, 'aria-invalid', text === null ? null : 'true');
    setAttribute(select, 'aria-describedby', text === null ? null : error.id);
    if (options.focus) select.focus();
  }

  clearErrors(): void {
    for (const field of ['subject', 'outcome'] as const) this.setError(field, null);
  }

  /** What it is called, wherever that is known from. */
  nameOf(id: number | null): string | null {
    return id === null ? null : (this.#names.get(id) ?? null);
  }

  #showChoice(field: Choice, chosen: number | null, form: AttendanceForm, active: readonly ReasonChoice[]): void {
    for (const { id, name } of active) this.#names.set(id, name);
    const stored = form[`${field}ReasonId`];
    if (stored !== null && !this.#names.has(stored)) this.#names.set(stored, form[field]);
    const options = [{ id: '', text: this.#nothingText(field, form, active) }];
    for (const { id, name } of active) options.push({ id: String(id), text: name });
    // What was chosen before it was retired stays chosen.
    if (chosen !== null && !active.some(({ id }) => id === chosen)) {
      options.push({ id: String(chosen), text: this.#t('desk:record.retired', { name: this.nameOf(chosen) ?? '' }) });
    }
    const select = this.#selects[field];
    syncList(select, options, {
      key: ({ id }) => id,
      create: ({ id }) => el('option', { value: id }),
      update: (option, { text }) => {
        setText(option, text);
      },
    });
    const value = chosen === null ? '' : String(chosen);
    if (select.value !== value) select.value = value;
  }

  /** A subject that was typed before there was a list is shown as it is, until one is chosen. */
  #nothingText(field: Choice, form: AttendanceForm, active: readonly ReasonChoice[]): string {
    if (form[`${field}ReasonId`] === null && form[field] !== '') return form[field];
    return this.#t(active.length === 0 ? `desk:record.no-${field}s` : `desk:record.choose-${field}`);
  }

  #hint(kind: AttendanceKind): void {
    setText(this.#kindHint, kind === 'normal' ? '' : this.#t(`desk:record.kind-hint.${kind}`));
  }
}

function kindSelector(kind: AttendanceKind): string {
  return `input[name="attendance-kind"][value="${kind}"]`;
}
