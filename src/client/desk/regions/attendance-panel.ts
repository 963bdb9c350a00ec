import { type AttendanceForm } from '../../../shared/desk.js';
import { byId, setAttribute, setHidden, setText } from '../../dom/element.js';
import { onPress, setPressable } from '../../dom/press.js';
import { formatClock, formatDuration } from '../../format.js';
import { type Controls } from '../controls.js';
import { CommandError } from '../desk-link.js';
import { type DeskView } from '../desk-store.js';
import { type Drafts, type DraftStatus } from '../drafts.js';
import { callPhase } from '../phase.js';
import { AttendanceConflict } from './attendance-conflict.js';
import { AttendanceFields } from './attendance-fields.js';
import { ProtocolTag } from './protocol-tag.js';
import { type Region, type RegionDeps } from './region.js';
import { UnfinishedList } from './unfinished-list.js';

/** The last half minute is shown so that it is noticed. */
const SOON_SECONDS = 30;

export interface AttendanceActions {
  /** Both throw a CommandError that is about a field. */
  finishWrapUp(): Promise<void>;
  finishRecord(attendanceId: number): Promise<void>;
}

export interface AttendancePanelDeps extends RegionDeps {
  readonly actions: AttendanceActions;
  readonly drafts: Drafts;
  readonly say: (text: string) => void;
}

/**
 * The record of the call, open while it runs and saved as it is typed, and the end of the wrap-up. Without a call, those
 * that were not finished.
 */
export class AttendancePanel implements Region {
  readonly #deps: AttendancePanelDeps;
  readonly #panel = byId('panel-record');
  readonly #formElement = byId('record-form');
  readonly #empty = byId('record-empty');
  readonly #left = byId('wrap-up-left');
  readonly #saved = byId('attendance-saved');
  readonly #retry = byId('attendance-retry');
  readonly #finish = byId('finish-wrap-up');
  readonly #fields: AttendanceFields;
  readonly #conflict: AttendanceConflict;
  readonly #protocol: ProtocolTag;
  readonly #unfinished: UnfinishedList;
  #view: DeskView | null = null;
  #form: AttendanceForm | null = null;
  /** Of those that were not finished, the one that is open. */
  #chosenId: number | null = null;

  constructor(deps: AttendancePanelDeps) {
    this.#deps = deps;
    this.#fields = new AttendanceFields(deps.t, () => {
      if (this.#form !== null) deps.drafts.type(this.#form.attendanceId, this.#fields.entry());
    });
    this.#conflict = new AttendanceConflict({
      ...deps,
      decided: () => {
        this.#fields.focus();
      },
    });
    this.#protocol = new ProtocolTag(deps);
    this.#unfinished = new UnfinishedList({
      ...deps,
      open: (attendanceId) => {
        this.#chosenId = attendanceId;
        if (this.#view !== null) this.#renderForm(this.#view);
        this.#renderSaved();
        this.#renderFinish();
        this.#fields.focus();
      },
    });
    this.#formElement.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#fields.focus();
    });
    onPress(this.#finish, () => this.#finishRecord());
    onPress(this.#retry, async () => {
      if (this.#form !== null) await deps.drafts.flush(this.#form.attendanceId);
    });
  }

  focus(): void {
    this.#fields.focus();
  }

  render(view: DeskView, controls: Controls): void {
    this.#view = view;
    this.#renderForm(view);
    this.#renderSaved();
    this.#renderFinish(controls);
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

  #renderForm(view: DeskView): void {
    const { drafts } = this.#deps;
    const hasCall = callPhase(view) !== 'none';
    if (hasCall) this.#chosenId = null;
    const unfinished = hasCall ? [] : (view.desk?.unfinished ?? []);
    const form = hasCall ? formOfCall(view) : this.#chosenOf(unfinished);
    if (form === null) this.#chosenId = null;
    if (idOf(form) !== idOf(this.#form)) this.#fields.clearErrors();
    this.#form = form;
    setHidden(this.#formElement, form === null);
    setHidden(this.#empty, form !== null);
    this.#unfinished.render(unfinished, idOf(form));
    this.#protocol.render(form?.protocol ?? null);
    if (form === null || view.desk === null) return;
    this.#fields.show(drafts.open(form), form, view.desk.attendanceReasons);
  }

  #chosenOf(unfinished: readonly AttendanceForm[]): AttendanceForm | null {
    return unfinished.find(({ attendanceId }) => attendanceId === this.#chosenId) ?? null;
  }

  #renderFinish(controls: Controls | null = null): void {
    const { t } = this.#deps;
    if (this.#chosenId === null) {
      if (controls !== null) setPressable(this.#finish, controls.finish === null ? null : t(controls.finish));
      return;
    }
    setPressable(this.#finish, this.#view?.socket === 'up' ? null : t('desk:why.offline'));
  }

  #renderSaved(): void {
    const status = this.#form === null ? null : this.#deps.drafts.status(this.#form.attendanceId);
    this.#conflict.render(status?.other ?? null);
    setAttribute(this.#saved, 'data-state', status?.state ?? 'clean');
    setHidden(this.#retry, status?.state !== 'failed');
    setText(this.#saved, status === null ? '' : this.#savedText(status));
    const field = fieldOf(status?.refusal?.field ?? null);
    if (field !== null) this.#fields.setError(field, status?.refusal?.message ?? null);
  }

  #savedText({ state, savedAt, refusal }: DraftStatus): string {
    const { t, locale } = this.#deps;
    const isAway = this.#view?.socket !== 'up';
    switch (state) {
      case 'conflict':
        return t('desk:record.conflict-state');
      case 'refused':
        return refusal?.message ?? '';
      case 'failed':
        return t(isAway ? 'desk:record.kept' : 'desk:record.failed');
      case 'typed':
        return t(isAway ? 'desk:record.kept' : 'desk:record.unsaved');
      case 'saving':
        return t('desk:record.saving');
      case 'clean':
        return savedAt === null ? '' : t('desk:record.saved', { time: formatClock(savedAt, locale) });
    }
  }

  async #finishRecord(): Promise<void> {
    const { actions, drafts, t } = this.#deps;
    const form = this.#form;
    const chosenId = this.#chosenId;
    if (form !== null && this.#lacksOutcome(form)) {
      this.#fields.setError('outcome', t('desk:record.outcome-required'), { focus: true });
      return;
    }
    try {
      await (chosenId === null ? actions.finishWrapUp() : actions.finishRecord(chosenId));
    } catch (error) {
      const field = error instanceof CommandError ? fieldOf(error.field) : null;
      if (field === null || !(error instanceof CommandError)) throw error;
      this.#fields.setError(field, error.message, { focus: true });
      return;
    }
    if (form !== null && drafts.status(form.attendanceId).state === 'conflict') this.#conflict.focus();
  }

  /** As the server decides it, said without asking it. */
  #lacksOutcome(form: AttendanceForm): boolean {
    const isOffered = (this.#view?.desk?.attendanceReasons.outcome.length ?? 0) > 0;
    const { outcomeReasonId } = this.#fields.entry();
    const isKept = form.outcomeReasonId === null && form.outcome !== '';
    return isOffered && outcomeReasonId === null && !isKept;
  }
}

/** While only the URA has given the protocol nobody can write in the record. */
function formOfCall(view: DeskView): AttendanceForm | null {
  const attendance = view.desk?.call?.attendance ?? null;
  return attendance?.isOpened === true ? attendance : null;
}

function idOf(form: AttendanceForm | null): number | null {
  return form?.attendanceId ?? null;
}

function fieldOf(field: string | null): 'subject' | 'outcome' | null {
  return field === 'subject' || field === 'outcome' ? field : null;
}
