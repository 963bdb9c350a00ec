import assert from 'node:assert/strict';
import { QueryTypes } from 'sequelize';
import { type AuditEntry, type AuditSubject } from '../../src/modules/audit/index.js';
import { type Permission } from '../../src/shared/permissions.js';
import { type Harness, type Visitor } from './harness.js';

/** Somebody signed in with these permissions and no others. */
export async function signInWith(app: Harness, login: string, permissions: readonly Permission[]): Promise<Visitor> {
  await app.aUser({ login, name: `Pessoa ${login}`, permissions });
  return app.signIn(login);
}

/** Every one of these refuses whoever is not signed in, or may not. */
export async function assertGuarded(
  app: Harness,
  routes: readonly (readonly [method: 'get' | 'post', path: string])[],
): Promise<void> {
  const nobody = app.visitor();
  const powerless = await signInWith(app, 'sem-permissao', []);
  for (const [method, path] of routes) {
    const without = method === 'get' ? await nobody.get(path) : await nobody.post(path);
    assert.equal(without.status, 303, `${method} ${path} signed out`);
    assert.match(without.headers['location'] ?? '', /^\/sign-in/, `${method} ${path} signed out`);
    const refused = method === 'get' ? await powerless.get(path) : await powerless.post(path);
    assert.equal(refused.status, 403, `${method} ${path} without permission`);
  }
}

/** What the audit trail has about a record, the oldest first. */
export async function auditOf(
  app: Harness,
  subjectId: number | string,
  subject: AuditSubject = 'user',
): Promise<readonly AuditEntry[]> {
  const search = { text: '', action: null, userId: null, from: null, until: null, subject };
  const { entries } = await app.app.audit.list({ ...search, subjectId: String(subjectId) }, 1);
  return [...entries].reverse();
}

export async function rowsOf<Row extends object>(
  app: Harness,
  query: string,
  replacements: Record<string, unknown> = {},
): Promise<readonly Row[]> {
  return app.app.db.sequelize.query<Row>(query, { type: QueryTypes.SELECT, replacements });
}
