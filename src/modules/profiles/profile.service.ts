import { textKey } from '../../shared/text-key.js';
import { type Actor } from '../audit/index.js';
import { type Profile, type ProfileDraft, type ProfileListItem, type ProfileUsers } from './profile.domain.js';

type KeyedDraft = ProfileDraft & { readonly nameKey: string };

export interface ProfileRepository {
  find(id: number): Promise<Profile | null>;
  findAll(ids: readonly number[]): Promise<readonly ProfileListItem[]>;
  /** By name; `search` is a part of the name, empty for all. */
  list(search: string): Promise<readonly ProfileListItem[]>;
  /** Who has the profile, at most `limit` of them. */
  usersOf(id: number, limit: number): Promise<ProfileUsers>;
  /** Throws a DomainError 'conflict' on field 'name' when the key is taken. */
  insert(draft: KeyedDraft, actor: Actor | null): Promise<Profile>;
  /**
   * Throws a DomainError: 'not-found', 'conflict' when the name is taken or administration would be lost, `StaleError`
   * when the profile is no longer of that version. Returns the active users whose permissions have changed by it.
   */
  update(
    row: { readonly id: number; readonly version: number },
    draft: KeyedDraft,
    actor: Actor,
  ): Promise<readonly number[]>;
  /** All of them or none. Throws a DomainError 'conflict' when users have one. Those that are gone are no error. */
  remove(ids: readonly number[], actor: Actor): Promise<number>;
}

export interface ProfilesDeps {
  readonly repository: ProfileRepository;
  /** Told of users whose permissions are no longer what they were; settles when that is so everywhere. */
  readonly accessChanged: (userIds: readonly number[]) => Promise<void>;
}

/** How many of those who use a profile its page names. */
const USERS_SHOWN = 20;

/** The profiles, and what follows when one is changed. */
export class Profiles {
  readonly #deps: ProfilesDeps;

  constructor(deps: ProfilesDeps) {
    this.#deps = deps;
  }

  find(id: number): Promise<Profile | null> {
    return this.#deps.repository.find(id);
  }

  findAll(ids: readonly number[]): Promise<readonly ProfileListItem[]> {
    return this.#deps.repository.findAll(ids);
  }

  list(search = ''): Promise<readonly ProfileListItem[]> {
    return this.#deps.repository.list(textKey(search));
  }

  usersOf(id: number): Promise<ProfileUsers> {
    return this.#deps.repository.usersOf(id, USERS_SHOWN);
  }

  /** Without an actor nothing is audited: data that is there from the start. Throws a DomainError 'conflict' when another profile has the name. */
  create(draft: ProfileDraft, actor: Actor | null = null): Promise<Profile> {
    return this.#deps.repository.insert({ ...draft, nameKey: textKey(draft.name) }, actor);
  }

  /** What was changed holds at once, also in pages that are open. Throws as `ProfileRepository.update` does. */
  async change(
    row: { readonly id: number; readonly version: number },
    draft: ProfileDraft,
    actor: Actor,
  ): Promise<void> {
    const { repository, accessChanged } = this.#deps;
    const userIds = await repository.update(row, { ...draft, nameKey: textKey(draft.name) }, actor);
    if (userIds.length > 0) await accessChanged(userIds);
  }

  /** Returns how many there were. Throws a DomainError 'conflict' when users have one of them; then none is removed. */
  remove(ids: readonly number[], actor: Actor): Promise<number> {
    return this.#deps.repository.remove(ids, actor);
  }
}
