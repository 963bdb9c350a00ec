import assert from 'node:assert/strict';
import { type AuditNote, type AuditSearch } from '../../src/modules/audit/audit.domain.js';
import { SequelizeAuditRepository } from '../../src/modules/audit/index.js';
import { openBareDatabase, type BareDatabase } from '../support/bare-database.js';

const EVERYTHING: AuditSearch = {
  text: '',
  subject: null,
  subjectId: null,
  action: null,
  userId: null,
  from: null,
  until: null,
};
const ALL = { offset: 0, limit: 100 };

function aNote(over: Partial<AuditNote> = {}): AuditNote {
  return {
    actor: { userId: 2, name: 'Helena Prado', address: '10.0.0.7' },
    action: 'changed',
    subject: 'queue',
    subjectId: 1,
    subjectName: 'Suporte',
    before: { name: 'Suport', wrapUpSeconds: 30 },
    after: { name: 'Suporte', wrapUpSeconds: 30 },
    ...over,
  };
}

describe('audit repository', () => {
  let database: BareDatabase;
  let audit: SequelizeAuditRepository;
  let now: Date;
  const at = (minute: number, ms = 0): Date => new Date(Date.UTC(2026, 10, 25, 17, minute, 0, ms));

  const write = (...notes: readonly AuditNote[]): Promise<void> =>
    database.db.write((transaction) => audit.write(transaction, ...notes));
  const names = async (search: Partial<AuditSearch>): Promise<readonly string[]> =>
    (await audit.list({ ...EVERYTHING, ...search }, ALL)).entries.map(({ subjectName }) => subjectName);

  before(async () => {
    database = await openBareDatabase();
    audit = new SequelizeAuditRepository(database.db, () => now);
  });
  beforeEach(async () => {
    now = at(0);
    await database.clear(['audit_entries']);
  });
  after(() => database[Symbol.asyncDispose]());

  it('keeps who did what, when, from where, and only the fields that differ', async () => {
    now = at(3, 7);
    await write(aNote());
    const { entries, total } = await audit.list(EVERYTHING, ALL);
    assert.equal(total, 1);
    const [{ id, ...entry } = { id: 0 }] = entries;
    assert.ok(id > 0);
    assert.deepEqual(entry, {
      at: at(3, 7),
      actor: { userId: 2, name: 'Helena Prado', address: '10.0.0.7' },
      action: 'changed',
      subject: 'queue',
      subjectId: '1',
      subjectName: 'Suporte',
      before: { name: 'Suport' },
      after: { name: 'Suporte' },
    });
  });

  it('has no entry of a change that was rolled back', async () => {
    await assert.rejects(
      database.db.write(async (transaction) => {
        await audit.write(transaction, aNote());
        throw new Error('the change failed');
      }),
      /the change failed/,
    );
    assert.equal(await audit.count(EVERYTHING), 0);
    await write(aNote());
    assert.equal(await audit.count(EVERYTHING), 1, 'and goes on writing');
  });

  it('writes nothing where nothing changed', async () => {
    const same = { name: 'Suporte', queues: ['a', 'b'], extension: null };
    await write(aNote({ before: same, after: { ...same } }), aNote({ before: {}, after: { extension: null } }));
    assert.equal(await audit.count(EVERYTHING), 0);
  });

  it('writes what was made, deleted or done whole', async () => {
    await write(
      aNote({ action: 'created', before: null, after: { name: 'Novo', isActive: true } }),
      aNote({ action: 'deleted', before: { name: 'Velho', queues: ['Suporte', 3] }, after: null }),
      aNote({ action: 'session-ended', subject: 'session', before: null, after: null }),
    );
    const { entries } = await audit.list(EVERYTHING, ALL);
    assert.deepEqual(
      entries.map(({ action, before, after }) => [action, before, after]),
      [
        ['session-ended', null, null],
        ['deleted', { name: 'Velho', queues: ['Suporte', 3] }, null],
        ['created', null, { name: 'Novo', isActive: true }],
      ],
    );
  });

  it('keeps names in every script, and cuts one that is too long', async () => {
    await write(aNote({ subjectName: 'Érica 😀 \\"%' }), aNote({ subjectName: 'x'.repeat(500) }));
    const { entries } = await audit.list(EVERYTHING, ALL);
    assert.deepEqual(
      entries.map(({ subjectName }) => subjectName),
      ['x'.repeat(160), 'Érica 😀 \\"%'],
    );
  });

  it('finds by text, record, action, person and period', async () => {
    const system = { userId: null, name: 'Citrus Voz', address: null };
    await write(aNote());
    now = at(10);
    await write(aNote({ subject: 'user', subjectId: 4, subjectName: 'Ana Souza', action: 'deactivated' }));
    now = at(20);
    await write(aNote({ subject: 'user', subjectId: 5, subjectName: 'Bruno Lima', actor: system }));
    assert.deepEqual(await names({}), ['Bruno Lima', 'Ana Souza', 'Suporte']);
    assert.deepEqual(await names({ text: 'souza' }), ['Ana Souza']);
    assert.deepEqual(await names({ text: 'helena' }), ['Ana Souza', 'Suporte']);
    assert.deepEqual(await names({ text: '10.0.0' }), ['Ana Souza', 'Suporte']);
    assert.deepEqual(await names({ text: `' OR 1=1 --` }), []);
    assert.deepEqual(await names({ subject: 'user' }), ['Bruno Lima', 'Ana Souza']);
    assert.deepEqual(await names({ subject: 'user', subjectId: '4' }), ['Ana Souza']);
    assert.deepEqual(await names({ action: 'deactivated' }), ['Ana Souza']);
    assert.deepEqual(await names({ userId: 2, subject: 'queue' }), ['Suporte']);
    assert.deepEqual(await names({ userId: 'system' }), ['Bruno Lima']);
    assert.deepEqual(await names({ from: at(10) }), ['Bruno Lima', 'Ana Souza']);
    assert.deepEqual(await names({ until: at(10) }), ['Suporte'], 'the end is not included');
    assert.deepEqual(await names({ from: at(5), until: at(15), text: 'ana' }), ['Ana Souza']);
  });

  it('pages through entries of one moment without losing or repeating any', async () => {
    await write(...Array.from({ length: 7 }, (_, n) => aNote({ subjectName: String(n) })));
    const paged: string[] = [];
    for (const offset of [0, 3, 6]) {
      const { entries, total } = await audit.list(EVERYTHING, { offset, limit: 3 });
      assert.equal(total, 7);
      paged.push(...entries.map(({ subjectName }) => subjectName));
    }
    assert.deepEqual(paged, ['6', '5', '4', '3', '2', '1', '0']);
  });

  it('gives what is older than an entry, whatever comes meanwhile', async () => {
    await write(...Array.from({ length: 4 }, (_, n) => aNote({ subjectName: String(n) })));
    now = at(1);
    const begin = await audit.record(aNote({ action: 'exported', subject: 'audit', subjectId: null }));
    const first = await audit.listBefore(EVERYTHING, begin.id, 3);
    await write(aNote({ subjectName: 'meanwhile' }));
    const rest = await audit.listBefore(EVERYTHING, first.at(-1)!.id, 3);
    assert.deepEqual(
      [...first, ...rest].map(({ subjectName }) => subjectName),
      ['3', '2', '1', '0'],
    );
    assert.deepEqual(await audit.listBefore({ ...EVERYTHING, text: 'nobody' }, begin.id, 3), []);
  });

  it('tells of one record who touched it last', async () => {
    await write(aNote(), aNote({ subjectId: 2 }), aNote({ actor: { userId: 3, name: 'Marcos Teles', address: null } }));
    assert.equal((await audit.last('queue', 1))?.actor.name, 'Marcos Teles');
    assert.equal((await audit.last('queue', 2))?.actor.name, 'Helena Prado');
    assert.equal(await audit.last('user', 1), null);
    await write(aNote({ subject: 'integration', subjectId: null }));
    assert.equal((await audit.last('integration', null))?.subjectId, null);
  });

  it('names everybody once, as they are called last, and the system', async () => {
    await write(
      aNote({ actor: { userId: 3, name: 'Marcos', address: null } }),
      aNote({ actor: { userId: 3, name: 'Marcos Teles', address: null } }),
      aNote(),
      aNote({ actor: { userId: null, name: 'Citrus Voz', address: null } }),
    );
    assert.deepEqual(await audit.people(), [
      { userId: 'system', name: 'Citrus Voz' },
      { userId: 2, name: 'Helena Prado' },
      { userId: 3, name: 'Marcos Teles' },
    ]);
  });

  it('knows which records were deleted', async () => {
    await write(
      aNote({ action: 'deleted', before: { name: 'Suporte' }, after: null }),
      aNote({ subject: 'user', subjectId: 1 }),
    );
    const asked = [
      { subject: 'queue', subjectId: '1' },
      { subject: 'queue', subjectId: '2' },
      { subject: 'user', subjectId: '1' },
      { subject: 'integration', subjectId: null },
    ] as const;
    assert.deepEqual(await audit.deletedOf(asked), [{ subject: 'queue', subjectId: '1' }]);
    assert.deepEqual(await audit.deletedOf([]), []);
  });
});
