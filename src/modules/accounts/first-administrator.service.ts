import { DomainError } from '../../platform/errors.js';
import { PERMISSIONS } from '../../shared/permissions.js';
import { SYSTEM_ACTOR } from '../audit/index.js';
import { type Profiles } from '../profiles/index.js';
import { type Users } from '../users/index.js';

export interface FirstAdministratorDeps {
  readonly users: Pick<Users, 'list' | 'create'>;
  readonly profiles: Pick<Profiles, 'list' | 'create'>;
  readonly hash: (password: string) => Promise<string>;
  readonly log: { readonly info: (message: string) => void; readonly warn: (message: string) => void };
}

const LOGIN = 'admin';
const NAME = 'Administrador';

/**
 * Lets somebody in where nobody can be yet: an installation without a single user gets one administrator, with the
 * password of the environment. Does nothing once there is a user, so the variable may be removed after the first start.
 */
export async function createFirstAdministrator(deps: FirstAdministratorDeps, password: string | null): Promise<void> {
  const { users, profiles, log } = deps;
  if ((await users.list({})).total > 0) return;
  if (password === null) {
    log.warn('there is no user yet, so nobody can sign in: set ADMIN_PASSWORD and start again');
    return;
  }
  try {
    const known = (await profiles.list()).find(({ name }) => name === NAME);
    const profile = known ?? (await profiles.create({ name: NAME, permissions: PERMISSIONS }, SYSTEM_ACTOR));
    const passwordHash = await deps.hash(password);
    await users.create({ login: LOGIN, name: NAME, passwordHash, profileId: profile.id }, SYSTEM_ACTOR);
    log.info(`the first administrator was created; sign in as "${LOGIN}" with ADMIN_PASSWORD`);
  } catch (error) {
    // Another process that started at the same moment has done it.
    if (!(error instanceof DomainError && error.code === 'conflict')) throw error;
  }
}
