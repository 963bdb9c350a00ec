import { type AttendanceForm } from '../../../shared/desk.js';
import { byId, setHidden, setText } from '../../dom/element.js';
import { onPress } from '../../dom/press.js';
import { formatTime } from '../../format.js';
import { type Drafts } from '../drafts.js';
import { type RegionDeps } from './region.js';

/** Two pages wrote in one record: shows what the other one saved, and lets the person decide which of the two stays. */
export class AttendanceConflict {
  readonly #deps: Pick<RegionDeps, 't' | 'locale'>;
  readonly #box = byId('attendance-conflict');
  readonly #text = byId('conflict-text');
  readonly #facts = byId('conflict-facts');
  readonly #description = byId('conflict-description');
  #attendanceId: number | null = null;

  constructor(deps: Pick<RegionDeps, 't' | 'locale'> & { readonly drafts: Drafts; readonly decided: () => void }) {
    this.#deps = deps;
    for (const [id, choice] of [
      ['conflict-mine', 'mine'],
      ['conflict-take', 'other'],
    ] as const) {
      onPress(byId(id), async () => {
        if (this.#attendanceId === null) return;
        const resolved = deps.drafts.resolve(this.#attendanceId, choice);
        deps.decided();
        await resolved;
      });
    }
  }

  focus(): void {
    this.#box.focus();
  }

  render(other: AttendanceForm | null): void {
    setHidden(this.#box, other === null);
    this.#attendanceId = other?.attendanceId ?? null;
    if (other === null) return;
    const { t, locale } = this.#deps;
    setText(
      this.#text,
      t('desk:record.conflict', { time: other.savedAt === null ? '' : formatTime(other.savedAt, locale) }),
    );
    const or = (name: string): string => (name === '' ? t('desk:record.not-chosen') : name);
    const facts = [
      `${t('desk:record.subject')}: ${or(other.subject)}`,
      `${t('desk:record.outcome')}: ${or(other.outcome)}`,
      `${t('desk:record.kind')}: ${t(`desk:record.kind.${other.kind}`)}`,
    ];
    setText(this.#facts, facts.join(' · '));
    setText(this.#description, other.description);
  }
}
