import assert from 'node:assert/strict';
import { DEMO_PROFILES } from '../../seeders/demo-accounts.js';
import { outranks, PERMISSION_GROUPS, PERMISSIONS, type Permission } from '../../src/shared/permissions.js';

describe('who may decide how another signs in, and what profile they have', () => {
  const all = new Set(PERMISSIONS);
  /** The list of the manual's page. */
  const listed = new Set<Permission>([
    'unity.associate',
    'unity.dissociate',
    'users.list',
    'users.create',
    'users.edit',
    'administration',
    'general-settings',
    'reasons.list',
    'reasons.create',
    'reasons.edit',
    'reasons.delete',
  ]);

  it('is the manual’s administrator for agents and supervisors', () => {
    const working = new Set([...PERMISSION_GROUPS.service, ...PERMISSION_GROUPS.supervision]);
    assert.equal(outranks(working, listed), false);
    for (const { role, permissions } of DEMO_PROFILES) {
      assert.equal(outranks(new Set(permissions), listed), role === 'administrator', role);
    }
  });

  it('is who administers as much', () => {
    assert.equal(outranks(all, all), false);
  });

  for (const permission of ['profiles.edit', 'exchange.edit', 'users.delete', 'audit.list'] as const) {
    it(`is not who lacks ${permission} that the other has`, () => {
      const mine = new Set(PERMISSIONS.filter((other) => other !== permission));
      assert.equal(outranks(new Set<Permission>([permission]), mine), true);
    });
  }
});
