import { type Actor } from '../audit/index.js';
import { dateIn, datesBetween, type Holiday, type HolidayDraft } from './holiday.domain.js';
import { nationalHolidaysOf, type OfferedHoliday } from './national-holidays.domain.js';

export interface HolidayRepository {
  list(): Promise<readonly Holiday[]>;
  find(id: number): Promise<Holiday | null>;
  /** @throws DomainError `conflict` at the field `name` when that day has one of that name */
  insert(draft: HolidayDraft, actor: Actor): Promise<void>;
  /** All or none; those that are there already are passed over. Returns how many were added. */
  insertMissing(drafts: readonly HolidayDraft[], actor: Actor): Promise<number>;
  /**
   * @throws DomainError `not-found`; `conflict` as `insert`
   * @throws StaleError when somebody saved it since `version`
   */
  save(holiday: { readonly id: number; readonly version: number }, draft: HolidayDraft, actor: Actor): Promise<void>;
  /** Those that are gone already are no error. */
  remove(ids: readonly number[], actor: Actor): Promise<void>;
}

/** A holiday and its date in the year that is shown. */
export interface DatedHoliday extends Holiday {
  /** `YYYY-MM-DD`. */
  readonly date: string;
}

/** What the preview of national holidays shows of each. */
export interface HolidayOffer extends OfferedHoliday {
  /** The date has a holiday already, of whatever name. */
  readonly isThere: boolean;
}

/** The days on which nobody works. */
export class Holidays {
  readonly #repository: HolidayRepository;
  readonly #onChanged: () => Promise<void>;

  constructor(deps: {
    readonly repository: HolidayRepository;
    /** Told after each change, and waited for: what is saved is in force when the page says so. */
    readonly onChanged?: () => Promise<void>;
  }) {
    this.#repository = deps.repository;
    this.#onChanged = deps.onChanged ?? (() => Promise.resolve());
  }

  /** Those of a year, by date. */
  async ofYear(year: number): Promise<readonly DatedHoliday[]> {
    const dated = (await this.#repository.list()).flatMap((holiday) => {
      const date = dateIn(holiday.day, year);
      return date === null ? [] : [{ ...holiday, date }];
    });
    return dated.sort((a, b) => a.date.localeCompare(b.date) || a.name.localeCompare(b.name));
  }

  find(id: number): Promise<Holiday | null> {
    return this.#repository.find(id);
  }

  async findAll(ids: readonly number[]): Promise<readonly Holiday[]> {
    return (await this.#repository.list()).filter(({ id }) => ids.includes(id));
  }

  /** See `HolidayRepository` for what the writing ones throw. */
  async create(draft: HolidayDraft, actor: Actor): Promise<void> {
    await this.#repository.insert(draft, actor);
    await this.#onChanged();
  }

  async save(
    holiday: { readonly id: number; readonly version: number },
    draft: HolidayDraft,
    actor: Actor,
  ): Promise<void> {
    await this.#repository.save(holiday, draft, actor);
    await this.#onChanged();
  }

  async remove(ids: readonly number[], actor: Actor): Promise<void> {
    await this.#repository.remove(ids, actor);
    await this.#onChanged();
  }

  /** What may be added to a year. */
  async offersOf(year: number): Promise<readonly HolidayOffer[]> {
    const taken = new Set((await this.ofYear(year)).map(({ date }) => date));
    return nationalHolidaysOf(year).map((holiday) => ({ ...holiday, isThere: taken.has(holiday.date) }));
  }

  /** Adds the offered ones of these dates; other dates are passed over. Returns how many were added. */
  async addNational(year: number, dates: readonly string[], actor: Actor): Promise<number> {
    const wanted = (await this.offersOf(year)).filter(({ date, isThere }) => !isThere && dates.includes(date));
    const added = await this.#repository.insertMissing(
      wanted.map(({ date, name, kind }) => ({ day: date, name, kind })),
      actor,
    );
    await this.#onChanged();
    return added;
  }

  /** @param date local, `YYYY-MM-DD` */
  async isHoliday(date: string): Promise<boolean> {
    return (await this.datesBetween(date, date)).size > 0;
  }

  /** The dates from one to another, both included, on which nobody works. */
  async datesBetween(from: string, until: string): Promise<ReadonlySet<string>> {
    const days = (await this.#repository.list()).map(({ day }) => day);
    return datesBetween(days, from, until);
  }
}
