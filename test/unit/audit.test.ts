import assert from 'node:assert/strict';
import { AUDIT_ACTIONS, AUDIT_SUBJECTS, changedFields } from '../../src/modules/audit/audit.domain.js';
import { placeOf } from '../../src/modules/audit/audit-places.domain.js';
import { LOCALES, messages } from '../../src/shared/i18n/messages.js';
import { PERMISSIONS } from '../../src/shared/permissions.js';

describe('audited fields', () => {
  it('are only those that differ, on both sides', () => {
    assert.deepEqual(changedFields({ a: 1, b: 'x', c: true }, { a: 1, b: 'y', c: true }), {
      before: { b: 'x' },
      after: { b: 'y' },
    });
  });

  it('that one side lacks are null there', () => {
    assert.deepEqual(changedFields({ a: 1 }, { b: 2 }), { before: { a: 1, b: null }, after: { a: null, b: 2 } });
  });

  it('are nothing where nothing differs, lists and missing values included', () => {
    assert.equal(changedFields({ a: [1, 'x'], b: null }, { a: [1, 'x'] }), null);
    assert.equal(changedFields({}, {}), null);
  });

  it('of a list differ by its order, too', () => {
    assert.deepEqual(changedFields({ a: ['x', 'y'] }, { a: ['y', 'x'] }), {
      before: { a: ['x', 'y'] },
      after: { a: ['y', 'x'] },
    });
  });

  it('are all of the one side there is', () => {
    assert.deepEqual(changedFields(null, { a: 1 }), { before: null, after: { a: 1 } });
    assert.deepEqual(changedFields({ a: 1 }, null), { before: { a: 1 }, after: null });
    assert.deepEqual(changedFields(null, null), { before: null, after: null });
  });
});

describe('the audit trail', () => {
  it('has words for every action and every kind of record', () => {
    for (const locale of LOCALES) {
      const texts = messages[locale].audit as Readonly<Record<string, string>>;
      const keys = [
        ...AUDIT_ACTIONS.flatMap((action) => [`action.${action}`, `action-name.${action}`]),
        ...AUDIT_SUBJECTS.flatMap((subject) => [`subject.${subject}`, `of.${subject}`]),
      ];
      for (const key of keys) assert.ok(key in texts, `${locale} ${key}`);
    }
  });

  it('knows where every kind of record is, but for what it keeps of itself', () => {
    const without = AUDIT_SUBJECTS.filter(
      (subject) => placeOf({ subject, subjectId: '1' }, new Set(PERMISSIONS)) === null,
    );
    assert.deepEqual(without, ['audit']);
    assert.equal(placeOf({ subject: 'user', subjectId: '1' }, new Set(['profiles.list'])), null);
    assert.equal(placeOf({ subject: 'user', subjectId: 'a/b' }, new Set(['users.list'])), '/admin/users/a%2Fb');
  });
});
