import { type CallCard } from '../../../shared/desk.js';
import { byId, setAttribute, setHidden, setText } from '../../dom/element.js';
import { onPress, setPressable } from '../../dom/press.js';
import { formatClock, formatDuration } from '../../format.js';
import { type Controls } from '../controls.js';
import { type DeskView } from '../desk-store.js';
import { type Drafts } from '../drafts.js';
import { callPhase } from '../phase.js';
import { type Region, type RegionDeps } from './region.js';

/** The last half minute is shown so that it is noticed. */
const SOON_SECONDS = 30;

export interface AttendanceActions {
  finishWrapUp(): Promise<void>;
}

/** The record of the call, open while it runs and saved as it is typed; and the end of the wrap-up. */
export class AttendancePanel implements Region {
  readonly #deps: RegionDeps & { readonly actions: AttendanceActions; readonly drafts: Drafts };
  readonly #panel = byId('panel-record');
  readonly #form = byId('record-form');
  readonly #empty = byId('record-empty');
  readonly #protocol = byId('record-protocol');
  readonly #left = byId('wrap-up-left');
  readonly #subject = byId('attendance-subject', HTMLInputElement);
  readonly #description = byId('attendance-description', HTMLTextAreaElement);
  readonly #saved = byId('attendance-saved');
  readonly #retry = byId('attendance-retry');
  readonly #finish = byId('finish-wrap-up');
  #attendanceId: number | null = null;

  constructor(deps: RegionDeps & { readonly actions: AttendanceActions; readonly drafts: Drafts }) {
    this.#deps = deps;
    const typed = (): void => {
      if (this.#attendanceId === null) return;
      deps.drafts.type(this.#attendanceId, { subject: this.#subject.value, description: this.#description.value });
    };
    this.#subject.addEventListener('input', typed);
    this.#description.addEventListener('input', typed);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#description.focus();
    });
    onPress(this.#finish, () => deps.actions.finishWrapUp());
    onPress(this.#retry, async () => {
      if (this.#attendanceId !== null) await deps.drafts.flush(this.#attendanceId);
    });
  }

  focus(): void {
    this.#description.focus();
  }

  render(view: DeskView, controls: Controls): void {
    const { t } = this.#deps;
    const card = view.desk?.call ?? null;
    this.#renderForm(callPhase(view) === 'none' ? null : card);
    this.#renderSaved();
    setPressable(this.#finish, controls.finish === null ? null : t(controls.finish));
    setAttribute(this.#panel, 'data-wrap-up', callPhase(view) === 'wrap-up' ? 'true' : null);
    this.tick(view);
  }

  tick(view: DeskView): void {
    const endsAt = callPhase(view) === 'wrap-up' ? (view.desk?.agent.wrapUpEndsAt ?? null) : null;
    setHidden(this.#left, endsAt === null);
    if (endsAt === null) return;
    const seconds = Math.ceil((endsAt - this.#deps.now()) / 1000);
    setText(this.#left, this.#deps.t('desk:call.wrap-up-left', { time: formatDuration(seconds) }));
    setAttribute(this.#left, 'data-soon', seconds <= SOON_SECONDS ? 'true' : null);
  }

  #renderForm(card: CallCard | null): void {
    // While only the URA has given the protocol nobody can write in the record.
    const form = card?.attendance?.isOpened === true ? card.attendance : null;
    setHidden(this.#form, form === null);
    setHidden(this.#empty, form !== null);
    setText(this.#protocol, form === null ? '' : `${this.#deps.t('desk:record.protocol')} ${form.protocol}`);
    this.#attendanceId = form?.attendanceId ?? null;
    if (form === null) return;
    const text = this.#deps.drafts.open(form.attendanceId, form);
    // Only what differs is written: setting a value moves the cursor of whoever is typing.
    if (this.#subject.value !== text.subject) this.#subject.value = text.subject;
    if (this.#description.value !== text.description) this.#description.value = text.description;
  }

  #renderSaved(): void {
    const { t, drafts, locale } = this.#deps;
    const status = this.#attendanceId === null ? null : drafts.status(this.#attendanceId);
    setAttribute(this.#saved, 'data-state', status?.state ?? 'clean');
    setHidden(this.#retry, status?.state !== 'failed');
    if (status === null) setText(this.#saved, '');
    else if (status.state === 'typed') setText(this.#saved, t('desk:record.unsaved'));
    else if (status.state === 'saving') setText(this.#saved, t('desk:record.saving'));
    else if (status.state === 'refused') setText(this.#saved, status.refusal ?? '');
    else if (status.state === 'failed') setText(this.#saved, t('desk:record.failed'));
    else if (status.savedAt === null) setText(this.#saved, '');
    else setText(this.#saved, t('desk:record.saved', { time: formatClock(status.savedAt, locale) }));
  }
}
