import { type CallbackView } from '../../../shared/desk.js';
import { type ClientEventPayload } from '../../../shared/realtime.js';
import { byId, el, setAttribute, setHidden, setText } from '../../dom/element.js';
import { onPress, setPressable } from '../../dom/press.js';
import { formatMoment } from '../../format.js';
import { type Controls } from '../controls.js';
import { CommandError } from '../desk-link.js';
import { type DeskView } from '../desk-store.js';
import { callPhase } from '../phase.js';
import { BRAZILIAN_ZONES, likelyZone, localFields, momentOf, otherZones, zoneOffset } from '../time-zones.js';
import { type Region, type RegionDeps } from './region.js';

export type Booking = ClientEventPayload<'callback:book'>;

export interface CallbackFormDeps extends RegionDeps {
  /** The zone of the operation, for numbers that tell none. */
  readonly timeZone: string;
  /** Throws a CommandError; its field is one of the form's. */
  readonly book: (booking: Booking) => Promise<CallbackView>;
  readonly onBooked: (callback: CallbackView) => void;
}

const FIELDS = ['number', 'date', 'time', 'timeZone', 'notes'] as const;
type Field = (typeof FIELDS)[number];
type Input = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const HOUR = 3_600_000;
const QUARTER = 900_000;

/** The dialog in which a return call is promised: by the customer's clock. */
export class CallbackForm implements Region {
  readonly #deps: CallbackFormDeps;
  readonly #dialog = byId('callback-dialog', HTMLDialogElement);
  readonly #open = byId('book-callback');
  readonly #save = byId('callback-save');
  readonly #error = byId('callback-error');
  readonly #yourTime = byId('callback-your-time');
  readonly #inputs: Readonly<Record<Field, Input>> = {
    number: byId('callback-number', HTMLInputElement),
    date: byId('callback-date', HTMLInputElement),
    time: byId('callback-time', HTMLInputElement),
    timeZone: byId('callback-time-zone', HTMLSelectElement),
    notes: byId('callback-notes', HTMLTextAreaElement),
  };
  #view: DeskView | null = null;
  #attendanceId: number | null = null;

  constructor(deps: CallbackFormDeps) {
    this.#deps = deps;
    this.#fillZones();
    onPress(this.#open, () => {
      this.#show();
    });
    onPress(byId('callback-close'), () => {
      this.#dialog.close();
    });
    byId('callback-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    for (const field of FIELDS) {
      this.#inputs[field].addEventListener('input', () => {
        this.#setError(field, null);
        this.#showYourTime();
      });
    }
  }

  render(view: DeskView, controls: Controls): void {
    this.#view = view;
    setPressable(this.#open, controls.book === null ? null : this.#deps.t(controls.book));
  }

  #show(): void {
    const card = this.#view === null || callPhase(this.#view) === 'none' ? null : (this.#view.desk?.call ?? null);
    const number = card?.number ?? '';
    const zone = likelyZone(number, this.#deps.timeZone);
    const at = Math.ceil((this.#deps.now() + HOUR) / QUARTER) * QUARTER;
    const { date, time } = localFields(at, zone);
    this.#attendanceId = card?.attendance?.attendanceId ?? null;
    this.#fill({ number, date, time, timeZone: zone, notes: '' });
    setAttribute(this.#inputs.date, 'min', localFields(this.#deps.now(), zone).date);
    this.#clearErrors();
    this.#showYourTime();
    this.#dialog.showModal();
    (number === '' ? this.#inputs.number : this.#inputs.date).focus();
  }

  #fill(values: Readonly<Record<Field, string>>): void {
    for (const field of FIELDS) this.#inputs[field].value = values[field];
    // A zone that the list does not have would leave the choice empty.
    if (this.#inputs.timeZone.value === '') this.#inputs.timeZone.value = 'America/Sao_Paulo';
  }

  async #submit(): Promise<void> {
    if (this.#save.getAttribute('aria-busy') === 'true') return;
    this.#clearErrors();
    const missing = FIELDS.filter((field) => field !== 'notes' && this.#inputs[field].value.trim() === '');
    for (const field of missing) this.#setError(field, this.#deps.t('desk:booking.required'));
    if (missing[0] !== undefined) {
      this.#inputs[missing[0]].focus();
      return;
    }
    this.#save.setAttribute('aria-busy', 'true');
    try {
      const callback = await this.#deps.book(this.#booking());
      this.#dialog.close();
      this.#deps.onBooked(callback);
    } catch (error) {
      this.#refused(error);
    } finally {
      this.#save.removeAttribute('aria-busy');
    }
  }

  #booking(): Booking {
    const value = (field: Field): string => this.#inputs[field].value.trim();
    return {
      number: value('number'),
      date: value('date'),
      time: value('time').slice(0, 5),
      timeZone: value('timeZone'),
      notes: value('notes'),
      attendanceId: this.#attendanceId,
    };
  }

  #refused(error: unknown): void {
    const message = error instanceof CommandError ? error.message : this.#deps.t('desk:error.unknown');
    const field = error instanceof CommandError ? FIELDS.find((one) => one === error.field) : undefined;
    if (field === undefined) {
      setHidden(this.#error, false);
      setText(this.#error, message);
      return;
    }
    this.#setError(field, message);
    this.#inputs[field].focus();
  }

  #clearErrors(): void {
    setHidden(this.#error, true);
    for (const field of FIELDS) this.#setError(field, null);
  }

  #setError(field: Field, text: string | null): void {
    const input = this.#inputs[field];
    const error = byId(`${input.id}-error`);
    setHidden(error, text === null);
    setText(error, text ?? '');
    setAttribute(input, 'aria-invalid', text === null ? null : 'true');
    setAttribute(input, 'aria-describedby', text === null ? null : error.id);
  }

  /** The same moment by the agent's clock, where that differs from the customer's. */
  #showYourTime(): void {
    const zone = this.#inputs.timeZone.value;
    const at = zone === '' ? null : momentOf(this.#inputs.date.value, this.#inputs.time.value.slice(0, 5), zone);
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const differs = at !== null && zoneOffset(zone, at) !== zoneOffset(here, at);
    setHidden(this.#yourTime, !differs);
    if (at === null || !differs) return;
    const time = formatMoment(at, this.#deps.now(), this.#deps.locale);
    setText(this.#yourTime, this.#deps.t('desk:booking.in-your-time', { time }));
  }

  #fillZones(): void {
    const { t, now } = this.#deps;
    const option = (id: string, text: string): HTMLOptionElement => el('option', { value: id }, text);
    this.#inputs.timeZone.append(
      el(
        'optgroup',
        { label: t('desk:booking.zone-brazil') },
        ...BRAZILIAN_ZONES.map(({ id, city }) => option(id, `${city} (${zoneOffset(id, now())})`)),
      ),
      // The offsets of four hundred zones would take a noticeable moment to work out, so names alone.
      el(
        'optgroup',
        { label: t('desk:booking.zone-world') },
        ...otherZones().map((id) => option(id, id.replaceAll('_', ' '))),
      ),
    );
  }
}
