import assert from 'node:assert/strict';
import {
  Attendances,
  createAttendanceCommands,
  isProtocol,
  protocolFor,
  SequelizeAttendanceRepository,
  type AttendanceOpening,
  type AttendanceRepository,
  type AttendanceReader,
  type UraOpening,
} from '../../src/modules/attendances/index.js';
import { type AttendanceKind } from '../../src/shared/attendance.js';
import { type Permission } from '../../src/shared/permissions.js';
import { openBareDatabase, seedPeople, type BareDatabase } from '../support/bare-database.js';
import { InMemoryAttendanceRepository } from '../support/in-memory-attendances.js';

interface Store extends AsyncDisposable {
  repository: AttendanceRepository;
  another: AttendanceRepository;
  readonly database: BareDatabase | null;
  clear(): Promise<void>;
}

const STORES: readonly { readonly name: string; readonly open: () => Promise<Store> }[] = [
  {
    name: 'in memory',
    open: (): Promise<Store> => {
      const first = new InMemoryAttendanceRepository(ZONE);
      const store: Store = {
        repository: first,
        another: first,
        database: null,
        clear: () => {
          store.repository = store.another = new InMemoryAttendanceRepository(ZONE);
          return Promise.resolve();
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
      return Promise.resolve(store);
    },
  },
  {
    name: process.env['DATABASE'] === 'mysql' ? 'on MariaDB' : 'on SQLite',
    open: async (): Promise<Store> => {
      const database = await openBareDatabase();
      await seedPeople(database, [7, 8]);
      return {
        repository: new SequelizeAttendanceRepository(database.db, ZONE),
        another: new SequelizeAttendanceRepository(database.another(), ZONE),
        database,
        clear: () => database.clear(['attendances', 'protocol_counters']),
        [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
      };
    },
  },
];

interface Entry {
  readonly subject?: string;
  readonly outcome?: string;
  readonly description?: string;
  readonly kind?: AttendanceKind;
}

const ZONE = 'America/Sao_Paulo';
const ANYBODY: AttendanceReader = { userId: 99, permissions: new Set() };
/** 2026-11-25, 22:30 in São Paulo: already the 26th in UTC. */
const EVENING = Date.UTC(2026, 10, 26, 1, 30, 0, 250);

for (const { name, open } of STORES) {
  describe(`attendances, ${name}`, () => {
    let store: Store;
    let now: number;
    let reasons: { subject: { id: number; name: string }[]; outcome: { id: number; name: string }[] };
    let customerOfCall: number | null;
    let one: Attendances;
    let other: Attendances;

    before(async () => {
      store = await open();
    });
    beforeEach(async () => {
      await store.clear();
      now = EVENING;
      reasons = { subject: [], outcome: [] };
      customerOfCall = null;
      one = start(store.repository);
      other = start(store.another);
    });
    after(async () => {
      await store[Symbol.asyncDispose]();
    });

    const start = (repository: AttendanceRepository): Attendances =>
      new Attendances({
        repository,
        now: () => new Date(now),
        reasons: (type) => Promise.resolve(reasons[type]),
        customerOfCall: () => customerOfCall,
      });

    /** A reason that may be chosen, made when there is none of that name; null for an empty one. */
    const idOf = (type: 'subject' | 'outcome', name: string): number | null => {
      if (name === '') return null;
      const found = reasons[type].find((reason) => reason.name === name);
      if (found !== undefined) return found.id;
      const id = 10 + reasons[type].length;
      reasons[type].push({ id, name });
      return id;
    };

    /** Over what is stored, as a page does that has seen all of it. */
    const save = async (
      agentId: number,
      { attendanceId, ...entry }: Entry & { readonly attendanceId: number },
      attendances = one,
    ): ReturnType<Attendances['save']> => {
      const stored = await store.repository.find(attendanceId);
      return attendances.save(agentId, entryOf(attendanceId, stored?.version ?? 0, entry));
    };

    const entryOf = (
      attendanceId: number,
      version: number,
      { subject = '', outcome = '', description = '', kind = 'normal' }: Entry,
    ): Parameters<Attendances['save']>[1] => ({
      ...{ attendanceId, version, description, kind },
      subjectReasonId: idOf('subject', subject),
      outcomeReasonId: idOf('outcome', outcome),
    });

    const opening = (fields: Partial<AttendanceOpening> = {}): AttendanceOpening => ({
      callId: 'call-1',
      agentId: 7,
      customerId: 1,
      queueId: null,
      ...fields,
    });

    describe('opening', () => {
      it('gives the first number of the day where the operation is', async () => {
        const form = await one.openForCall(opening());
        assert.equal(form.protocol, protocolFor('20261125', 1));
        assert.deepEqual(form, { ...form, subject: '', description: '', savedAt: null });
        assert.deepEqual(await one.forCall('call-1'), form);
        assert.equal(await one.forCall('call-2'), null);
      });

      it('counts from one again when the operation’s day begins', async () => {
        await one.openForCall(opening());
        now += 2 * 3_600_000;
        const form = await one.openForCall(opening({ callId: 'call-2' }));
        assert.equal(form.protocol, protocolFor('20261126', 1));
      });

      it('gives twenty calls at once, in two processes, twenty numbers without a gap', async () => {
        const forms = await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            (n % 2 === 0 ? one : other).openForCall(opening({ callId: `call-${String(n)}` })),
          ),
        );
        const protocols = forms.map(({ protocol }) => protocol);
        assert.ok(protocols.every(isProtocol));
        const wanted = Array.from({ length: 20 }, (_, n) => protocolFor('20261125', n + 1));
        assert.deepEqual([...protocols].sort(), wanted.sort());
      });

      it('gives one call one record, when twenty open it at once', async () => {
        const forms = await Promise.all(
          Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? one : other).openForCall(opening())),
        );
        assert.equal(new Set(forms.map(({ protocol }) => protocol)).size, 1);
        await one.finish('call-1', 7);
        assert.equal((await one.lastOfCustomer(1, 100, ANYBODY)).length, 1);
      });

      it('leaves a record that is written in as it is', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await save(7, { attendanceId, subject: 'Fatura', description: '' });
        assert.equal((await one.openForCall(opening())).subject, 'Fatura');
      });
    });

    describe('saving', () => {
      const texts = { subject: 'Fatura em dobro 🧾', description: 'Pediu a 2ª via.\nLinha "dois".' };

      it('stores what was typed, and says when', async () => {
        const { attendanceId } = await one.openForCall(opening());
        now += 1500;
        assert.equal((await save(7, { attendanceId, ...texts })).form.savedAt, EVENING + 1500);
        const form = await other.forCall('call-1');
        assert.deepEqual(
          [form?.subject, form?.description, form?.savedAt],
          [texts.subject, texts.description, EVENING + 1500],
        );
      });

      it('takes the same text again, and an empty one', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await save(7, { attendanceId, ...texts });
        assert.ok(await save(7, { attendanceId, ...texts }));
        await save(7, { attendanceId, subject: '', description: '' });
        assert.equal((await one.forCall('call-1'))?.subject, '');
      });

      it('stores one of many that were typed over the same, and answers the others with it', async () => {
        const { attendanceId, version } = await one.openForCall(opening());
        const typed = Array.from({ length: 20 }, (_, n) => 'x'.repeat(n + 1));
        const answers = await Promise.all(
          typed.map((description, n) =>
            (n % 2 === 0 ? one : other).save(7, entryOf(attendanceId, version, { description })),
          ),
        );
        const stored = answers.filter(({ isStored }) => isStored);
        assert.equal(stored.length, 1);
        const description = stored[0]?.form.description;
        assert.ok(answers.every(({ form }) => form.description === description && form.version === version + 1));
        assert.equal((await one.forCall('call-1'))?.description, description);
      });

      it('takes the second try of a save whose answer got lost for what it is', async () => {
        const { attendanceId, version } = await one.openForCall(opening());
        const entry = entryOf(attendanceId, version, texts);
        await one.save(7, entry);
        const { isStored, form } = await one.save(7, entry);
        assert.deepEqual([isStored, form.version], [true, version + 1]);
      });

      it('keeps the name of a reason that was retired or renamed since, and refuses to choose it anew', async () => {
        const { attendanceId } = await one.openForCall(opening());
        const { form } = await save(7, { attendanceId, subject: 'Fatura', outcome: 'Resolvido' });
        assert.deepEqual([form.subject, form.outcome], ['Fatura', 'Resolvido']);
        reasons = { subject: [], outcome: [{ id: form.outcomeReasonId ?? 0, name: 'Solucionado' }] };
        const entry = { ...form, description: 'mais' };
        const { form: kept } = await one.save(7, entry);
        assert.deepEqual([kept.subject, kept.outcome, kept.description], ['Fatura', 'Resolvido', 'mais']);
        const { form: cleared } = await one.save(7, { ...kept, subjectReasonId: null });
        assert.equal(cleared.subject, '');
        await assert.rejects(one.save(7, { ...cleared, subjectReasonId: form.subjectReasonId }), {
          code: 'conflict',
          field: 'subject',
        });
      });

      it('keeps no customer in an anonymous record, and the caller’s in one that is so no more', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await save(7, { attendanceId, kind: 'anonymous' });
        assert.equal((await store.repository.find(attendanceId))?.customerId, null);
        await save(7, { attendanceId, kind: 'anonymous', description: 'ainda' });
        customerOfCall = 1;
        await save(7, { attendanceId, kind: 'confidential' });
        const stored = await store.repository.find(attendanceId);
        assert.deepEqual([stored?.customerId, stored?.kind], [1, 'confidential']);
      });

      it('is for the agent whose record it is', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await assert.rejects(save(8, { attendanceId, ...texts }), {
          code: 'forbidden',
          key: 'attendances:not-yours',
        });
        assert.equal((await one.forCall('call-1'))?.subject, '');
      });

      it('is refused for a record that does not exist', async () => {
        await assert.rejects(save(7, { attendanceId: 4711, ...texts }), { code: 'not-found' });
      });

      it('takes the longest texts there may be', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await save(7, { attendanceId, subject: 'ç'.repeat(120), description: 'é'.repeat(4000) });
        const form = await one.forCall('call-1');
        assert.deepEqual([form?.subject.length, form?.description.length], [120, 4000]);
      });
    });

    describe('finishing', () => {
      it('closes the record: nothing is written in it any more', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await one.finish('call-1', 7);
        await assert.rejects(save(7, { attendanceId, subject: 'tarde', description: '' }), {
          code: 'conflict',
          key: 'attendances:finished',
        });
        assert.equal((await one.forCall('call-1'))?.subject, '');
      });

      it('asks for an outcome where there are any, and leaves one without at the end of the wrap-up', async () => {
        const { attendanceId } = await one.openForCall(opening());
        reasons = { subject: [], outcome: [{ id: 30, name: 'Resolvido' }] };
        for (const refused of [() => one.complete('call-1', 7), () => one.completeRecord(attendanceId, 7)]) {
          await assert.rejects(refused, { code: 'conflict', key: 'attendances:outcome-required', field: 'outcome' });
        }
        await one.finish('call-1', 7);
        assert.equal((await store.repository.find(attendanceId))?.state, 'open');
        const undone = await one.unfinishedOf(7, () => false);
        assert.deepEqual(
          undone.map((form) => form.attendanceId),
          [attendanceId],
        );
        assert.deepEqual(await one.unfinishedOf(7, (callId) => callId === 'call-1'), [], 'its call goes on');
        assert.deepEqual(await one.unfinishedOf(8, () => false), []);

        await assert.rejects(one.completeRecord(attendanceId, 8), { code: 'forbidden' });
        await save(7, { attendanceId, outcome: 'Resolvido' });
        await one.completeRecord(attendanceId, 7);
        assert.equal((await store.repository.find(attendanceId))?.state, 'finished');
        assert.deepEqual(await one.unfinishedOf(7, () => false), []);
      });

      it('waits for the last words typed, however long they take to be stored', async () => {
        const { attendanceId } = await one.openForCall(opening());
        const { repository } = store;
        let letGo = (): void => undefined;
        let began = (): void => undefined;
        const saving = new Promise<void>((resolve) => (began = resolve));
        const slow: AttendanceRepository = Object.assign(Object.create(null) as AttendanceRepository, {
          findByCall: (callId: string) => repository.findByCall(callId),
          find: (id: number) => repository.find(id),
          finish: (id: number, agentId: number, at: Date) => repository.finish(id, agentId, at),
          save: async (...args: Parameters<AttendanceRepository['save']>) => {
            began();
            await new Promise<void>((resolve) => (letGo = resolve));
            return repository.save(...args);
          },
        });
        const attendances = start(slow);
        const saved = attendances.save(7, entryOf(attendanceId, 0, { subject: 'devagar' }));
        await saving;
        const finished = attendances.finish('call-1', 7);
        for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        letGo();
        await Promise.all([saved, finished]);
        const stored = await repository.find(attendanceId);
        assert.deepEqual([stored?.subject, stored?.state], ['devagar', 'finished']);
      });

      it('twice, or without a record, is no error, and keeps the first moment', async () => {
        await one.finish('call-9', 7);
        const { attendanceId } = await one.openForCall(opening());
        await one.finish('call-1', 7);
        now += 60_000;
        await one.finish('call-1', 7);
        const stored = await store.repository.find(attendanceId);
        assert.deepEqual([stored?.state, stored?.finishedAt], ['finished', EVENING]);
      });
    });

    describe('the URA', () => {
      const ura = (fields: Partial<UraOpening> = {}): UraOpening => ({
        ...{ callId: 'call-1', customerId: null, digits: null, menu: null },
        ...fields,
      });
      const typesOf = async (id: number): Promise<readonly string[]> => (await one.historyOf(id)).map((e) => e.type);

      it('is given the protocol that the agent finds again, with what was keyed', async () => {
        const { protocol } = await one.issueForUra(ura({ digits: '2' }));
        assert.equal(protocol, protocolFor('20261125', 1));
        assert.deepEqual(await other.issueForUra(ura({ menu: 'cancelamento' })), { protocol });
        assert.equal((await one.forCall('call-1'))?.isOpened, false);
        const form = await one.openForCall(opening());
        assert.deepEqual(
          [form.protocol, form.isOpened, form.ura],
          [protocol, true, { digits: '2', menu: 'cancelamento' }],
        );
        await save(7, { attendanceId: form.attendanceId, subject: 'a', description: '' });
        assert.deepEqual(await typesOf(form.attendanceId), ['issued', 'opened']);
        assert.equal((await store.repository.find(form.attendanceId))?.customerId, 1);
      });

      it('and agents ask for many at once, in two processes: one number a call, none twice', async () => {
        const asked = Array.from({ length: 40 }, (_, n) => {
          const callId = `call-${String(n % 20)}`;
          const at = n % 3 === 0 ? one : other;
          return n < 20 ? at.issueForUra(ura({ callId })) : at.openForCall(opening({ callId }));
        });
        const protocols = (await Promise.all(asked)).map(({ protocol }) => protocol);
        assert.equal(new Set(protocols).size, 20);
        for (let n = 0; n < 20; n += 1) {
          assert.equal(protocols[n], protocols[n + 20]);
          assert.equal((await one.forCall(`call-${String(n)}`))?.isOpened, true);
        }
      });

      it('loses the caller: the record is closed as abandoned, and an agent’s is not', async () => {
        const { protocol } = await one.issueForUra(ura());
        assert.deepEqual(await one.stateOfProtocol(protocol), { isOpen: true });
        await one.callEnded('call-1');
        assert.deepEqual(await one.stateOfProtocol(protocol), { isOpen: false });
        const gone = await store.repository.findByCall('call-1');
        assert.deepEqual([gone?.state, gone?.finishedAt], ['abandoned', EVENING]);
        assert.deepEqual(await typesOf(gone!.id), ['issued', 'abandoned']);
        await one.openForCall(opening({ callId: 'call-2' }));
        await one.callEnded('call-2');
        await one.callEnded('call-9');
        assert.equal((await store.repository.findByCall('call-2'))?.state, 'open');
        assert.equal(await one.stateOfProtocol('202611250000999'), null);
      });

      it('is wrong about a caller who is gone: whoever answers takes the record up again', async () => {
        const { protocol } = await one.issueForUra(ura());
        await one.callEnded('call-1');
        const form = await other.openForCall(opening());
        assert.deepEqual([form.protocol, form.isOpened], [protocol, true]);
        await save(7, { attendanceId: form.attendanceId, subject: 'a' });
        const stored = await store.repository.find(form.attendanceId);
        assert.deepEqual([stored?.state, stored?.finishedAt, stored?.agentId], ['open', null, 7]);
        assert.deepEqual(await typesOf(form.attendanceId), ['issued', 'abandoned', 'opened']);
      });

      it('leaves nothing open for ever: calls that are gone unseen are closed, live and fresh ones are not', async () => {
        await one.issueForUra(ura({ callId: 'gone' }));
        await one.issueForUra(ura({ callId: 'live' }));
        now += 60_000;
        await one.issueForUra(ura({ callId: 'fresh' }));
        assert.equal(await one.healAbandoned((callId) => callId === 'live', 30_000), 1);
        const states = ['gone', 'live', 'fresh'].map(async (id) => (await store.repository.findByCall(id))?.state);
        assert.deepEqual(await Promise.all(states), ['abandoned', 'open', 'open']);
      });
    });

    describe('handing over', () => {
      it('keeps what the first wrote, and says who had it', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await save(7, { attendanceId, subject: 'Fatura', description: 'começo' });
        const form = await other.openForCall(opening({ agentId: 8, customerId: null }));
        assert.deepEqual([form.attendanceId, form.subject, form.description], [attendanceId, 'Fatura', 'começo']);
        await save(8, { attendanceId, subject: 'Fatura', description: 'começo e fim' });
        assert.deepEqual(
          (await one.historyOf(attendanceId)).map(({ type, userName, fromName }) => [type, userName, fromName]),
          [
            ['opened', 'Pessoa 7', null],
            ['handed-over', 'Pessoa 8', 'Pessoa 7'],
          ],
        );
        assert.equal((await store.repository.find(attendanceId))?.customerId, 1);
      });

      it('refuses what the first saves late, in a sentence, and their wrap-up does not close it', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await one.openForCall(opening({ agentId: 8 }));
        await assert.rejects(save(7, { attendanceId, subject: 'tarde', description: '' }), {
          code: 'forbidden',
          key: 'attendances:handed-over',
        });
        await one.finish('call-1', 7);
        assert.equal((await store.repository.find(attendanceId))?.state, 'open');
        await one.finish('call-1', 8);
        assert.equal((await store.repository.find(attendanceId))?.state, 'finished');
      });

      it('gives nobody a record that is finished', async () => {
        await one.openForCall(opening());
        await one.finish('call-1', 7);
        await one.openForCall(opening({ agentId: 8 }));
        assert.equal((await store.repository.findByCall('call-1'))?.agentId, 7);
      });

      it('lets the agent who is asked read it', async () => {
        const { attendanceId, protocol } = await one.openForCall(opening());
        await save(7, { attendanceId, subject: 'Fatura', description: 'x' });
        const reading = await one.readForConsultation('call-1', { userId: 8, permissions: new Set() });
        assert.deepEqual([reading?.protocol, reading?.text], [protocol, { subject: 'Fatura', description: 'x' }]);
        assert.equal(await one.readForConsultation('call-9', { userId: 8, permissions: new Set() }), null);
      });
    });

    it('shows the last finished records of a customer, the newest first', async () => {
      for (let n = 1; n <= 4; n += 1) {
        now = EVENING + n * 1000;
        const { attendanceId } = await one.openForCall(opening({ callId: `call-${String(n)}` }));
        await save(7, { attendanceId, subject: `assunto ${String(n)}`, description: '' });
        if (n < 4) await one.finish(`call-${String(n)}`, 7);
      }
      await one.openForCall(opening({ callId: 'of-another', customerId: 2 }));
      await one.finish('of-another', 7);
      assert.deepEqual(await one.lastOfCustomer(1, 2, ANYBODY), [
        { protocol: protocolFor('20261125', 3), at: EVENING + 3000, subject: 'assunto 3', agentName: 'Pessoa 7' },
        { protocol: protocolFor('20261125', 2), at: EVENING + 2000, subject: 'assunto 2', agentName: 'Pessoa 7' },
      ]);
      assert.equal((await one.lastOfCustomer(1, 10, ANYBODY)).length, 3, 'the one in hand is not past');
      assert.deepEqual(await one.lastOfCustomer(99, 10, ANYBODY), []);
    });

    it('does not say what confidential ones were about to who may not read them', async () => {
      const { attendanceId } = await one.openForCall(opening());
      await save(7, { attendanceId, subject: 'Fatura', kind: 'confidential' });
      await one.finish('call-1', 7);
      const subjectFor = async (viewer: AttendanceReader): Promise<string | null | undefined> =>
        (await one.lastOfCustomer(1, 1, viewer))[0]?.subject;
      assert.equal(await subjectFor(ANYBODY), null);
      assert.equal(await subjectFor({ userId: 7, permissions: new Set() }), 'Fatura');
      assert.equal(await subjectFor({ userId: 99, permissions: new Set(['attendances.confidential']) }), 'Fatura');
    });

    it('tells who may continue it whom and what it was about', async () => {
      const { attendanceId } = await one.openForCall(opening());
      const found = await one.find(attendanceId);
      assert.deepEqual([found?.customerId, found?.queueId], [1, null]);
      assert.equal(await one.find(attendanceId + 1000), null);
    });

    it('takes a save over the socket for who asks, whatever the payload', async () => {
      const told: number[] = [];
      const command = createAttendanceCommands({
        attendances: one,
        saved: (agentId) => void told.push(agentId),
        finished: () => undefined,
      })['attendance:save'];
      assert.equal(command.permission, 'attendances.create');
      const { attendanceId } = await one.openForCall(opening());
      const viewer = { userId: 7, sessionId: 's', locale: 'pt-BR', permissions: new Set<Permission>() } as const;
      const payload = entryOf(attendanceId, 0, { subject: 'a', description: 'b' });
      const { isStored, form } = await command.run(viewer, payload, { id: 'page' });
      assert.deepEqual([isStored, form.savedAt, form.version], [true, EVENING, 1]);
      await command.run(viewer, { ...payload, description: 'de outra aba' }, { id: 'other-page' });
      assert.deepEqual(told, [7], 'what is not stored is told nobody');
      await assert.rejects(command.run({ ...viewer, userId: 8 }, payload, { id: 'page' }), { code: 'forbidden' });
    });
  });
}

describe('attendances whose counter has fallen behind', () => {
  it('are given a number that nobody has, all the same', async () => {
    await using database = await openBareDatabase();
    await seedPeople(database, [7]);
    const attendances = new Attendances({
      repository: new SequelizeAttendanceRepository(database.db, ZONE),
      now: () => new Date(EVENING),
      reasons: () => Promise.resolve([]),
      customerOfCall: () => null,
    });
    for (let n = 1; n <= 3; n += 1) {
      await attendances.openForCall({ callId: `call-${String(n)}`, agentId: 7, customerId: null, queueId: null });
    }
    // As after a backup of one table was put back.
    await database.db.sequelize.query("UPDATE protocol_counters SET last_number = 1 WHERE day = '20261125'");
    const form = await attendances.openForCall({ callId: 'call-4', agentId: 7, customerId: null, queueId: null });
    assert.equal(form.protocol, protocolFor('20261125', 4));
  });
});
