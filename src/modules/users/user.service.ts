import { type Locale } from '../../shared/i18n/messages.js';
import { textKey } from '../../shared/text-key.js';
import { type AgentUser, type User, type UserDraft, type UserPage, type UserSearch } from './user.domain.js';

export interface UserRepository {
  find(id: number): Promise<User | null>;
  list(search: UserSearch): Promise<UserPage>;
  /** Active users whose profile holds `voice.desk`, by name. */
  listAgents(): Promise<readonly AgentUser[]>;
  /** Throws a DomainError 'conflict' on the field that another user has: login, exchangeLogin or extension. */
  insert(draft: UserDraft & { readonly loginKey: string }): Promise<User>;
  setLocale(id: number, locale: Locale): Promise<void>;
  setActive(id: number, isActive: boolean): Promise<User | null>;
  /** Replaces the queues a user may log in to. */
  setQueues(id: number, queueIds: readonly number[]): Promise<void>;
}

export const USERS_PAGE_SIZE = 25;

export class Users {
  readonly #repository: UserRepository;

  constructor(deps: { readonly repository: UserRepository }) {
    this.#repository = deps.repository;
  }

  find(id: number): Promise<User | null> {
    return this.#repository.find(id);
  }

  list(search: { readonly text?: string; readonly page?: number }): Promise<UserPage> {
    const { text = '', page = 1 } = search;
    return this.#repository.list({ text: textKey(text), page, pageSize: USERS_PAGE_SIZE });
  }

  listAgents(): Promise<readonly AgentUser[]> {
    return this.#repository.listAgents();
  }

  create(draft: UserDraft): Promise<User> {
    return this.#repository.insert({ ...draft, loginKey: textKey(draft.login) });
  }

  setLocale(id: number, locale: Locale): Promise<void> {
    return this.#repository.setLocale(id, locale);
  }
}
