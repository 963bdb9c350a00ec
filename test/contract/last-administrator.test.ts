import assert from 'node:assert/strict';
import { type Transaction } from 'sequelize';
import { Administrators } from '../../src/modules/profiles/index.js';
import { startApp, type Harness } from '../support/harness.js';

describe('the last administrator', () => {
  let app: Harness;
  let administrators: Administrators;
  beforeEach(async () => {
    app = await startApp();
    administrators = new Administrators(app.app.db);
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  const sql = async (query: string, transaction: Transaction): Promise<void> => {
    await app.app.db.sequelize.query(query, { transaction });
  };
  const deactivate = (id: number, actorId: number | null): Promise<void> =>
    app.app.db.write((transaction) =>
      administrators.keep(transaction, actorId, () =>
        sql(`UPDATE users SET is_active = 0 WHERE id = ${String(id)}`, transaction),
      ),
    );
  const isActive = async (id: number): Promise<boolean> => (await app.app.users.find(id))?.isActive === true;

  it('cannot be deactivated; another one can', async () => {
    const [one, two] = [await app.aUser(), await app.aUser()];
    await deactivate(one.id, null);
    await assert.rejects(deactivate(two.id, null), { code: 'conflict', key: 'profiles:last-administrator' });
    assert.deepEqual([await isActive(one.id), await isActive(two.id)], [false, true]);
  });

  it('is whoever holds all three permissions, and nobody who holds two of them', async () => {
    const one = await app.aUser();
    await app.aUser({ permissions: ['administration', 'profiles.edit'] });
    await app.aUser({ isActive: false });
    await assert.rejects(deactivate(one.id, null), { key: 'profiles:last-administrator' });
  });

  it('counts for a profile that loses a permission too', async () => {
    const profile = await app.aProfile();
    await app.aUser({ profile });
    const take = (): Promise<void> =>
      app.app.db.write((transaction) =>
        administrators.keep(transaction, null, () =>
          sql(`DELETE FROM profile_permissions WHERE permission = 'users.edit'`, transaction),
        ),
      );
    await assert.rejects(take(), { key: 'profiles:last-administrator' });
    assert.ok((await app.app.profiles.find(profile.id))?.permissions.has('users.edit'));
  });

  it('does not matter to who takes away the own administration: that is refused as well', async () => {
    const [one] = [await app.aUser(), await app.aUser()];
    await assert.rejects(deactivate(one.id, one.id), { code: 'conflict', key: 'profiles:own-administration' });
    assert.ok(await isActive(one.id));
  });

  it('lets somebody who administers nothing change what is no administrator’s', async () => {
    const admin = await app.aUser();
    const [clerk, other] = [await app.aUser({ permissions: ['users.edit'] }), await app.aUser({ permissions: [] })];
    await deactivate(other.id, clerk.id);
    assert.deepEqual([await isActive(other.id), await isActive(admin.id)], [false, true]);
  });

  it('is no hindrance where there never was one', async () => {
    const clerk = await app.aUser({ permissions: ['users.edit'] });
    await deactivate(clerk.id, null);
    assert.equal(await isActive(clerk.id), false);
  });

  it('survives two administrators who deactivate each other at once, every time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const pair = [await app.aUser(), await app.aUser()] as const;
      const results = await Promise.allSettled([
        deactivate(pair[0].id, pair[1].id),
        deactivate(pair[1].id, pair[0].id),
      ]);
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'], `round ${String(round)}`);
      const reason = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as object] : []))[0];
      assert.equal((reason as { key?: unknown }).key, 'profiles:last-administrator');
      assert.notEqual(await isActive(pair[0].id), await isActive(pair[1].id));
      // Gone before the next round, with nobody left to mind.
      await app.app.db.write((transaction) => sql('UPDATE users SET is_active = 0', transaction));
    }
  });
});
