import { textKey } from '../../shared/text-key.js';
import { type Profile, type ProfileDraft, type ProfileListItem } from './profile.domain.js';

export interface ProfileRepository {
  find(id: number): Promise<Profile | null>;
  /** By name; `search` is a part of the name, empty for all. */
  list(search: string): Promise<readonly ProfileListItem[]>;
  /** Throws a DomainError 'conflict' on field 'name' when the key is taken. */
  insert(draft: ProfileDraft & { readonly nameKey: string }): Promise<Profile>;
}

export class Profiles {
  readonly #repository: ProfileRepository;

  constructor(deps: { readonly repository: ProfileRepository }) {
    this.#repository = deps.repository;
  }

  find(id: number): Promise<Profile | null> {
    return this.#repository.find(id);
  }

  list(search = ''): Promise<readonly ProfileListItem[]> {
    return this.#repository.list(textKey(search));
  }

  /** Throws a DomainError 'conflict' when another profile has the name. */
  create(draft: ProfileDraft): Promise<Profile> {
    return this.#repository.insert({ ...draft, nameKey: textKey(draft.name) });
  }
}
