import assert from 'node:assert/strict';
import {
  Attendances,
  createAttendanceCommands,
  isProtocol,
  protocolFor,
  SequelizeAttendanceRepository,
  type AttendanceOpening,
  type AttendanceRepository,
  type UraOpening,
} from '../../src/modules/attendances/index.js';
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

const ZONE = 'America/Sao_Paulo';
/** 2026-11-25, 22:30 in São Paulo: already the 26th in UTC. */
const EVENING = Date.UTC(2026, 10, 26, 1, 30, 0, 250);

for (const { name, open } of STORES) {
  describe(`attendances, ${name}`, () => {
    let store: Store;
    let now: number;
    let one: Attendances;
    let other: Attendances;

    before(async () => {
      store = await open();
    });
    beforeEach(async () => {
      await store.clear();
      now = EVENING;
      const start = (repository: AttendanceRepository): Attendances =>
        new Attendances({ repository, now: () => new Date(now) });
      one = start(store.repository);
      other = start(store.another);
    });
    after(async () => {
      await store[Symbol.asyncDispose]();
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
        assert.equal((await one.lastOfCustomer(1, 100, 7)).length, 1);
      });

      it('leaves a record that is written in as it is', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await one.save(7, { attendanceId, subject: 'Fatura', description: '' });
        assert.equal((await one.openForCall(opening())).subject, 'Fatura');
      });
    });

    describe('saving', () => {
      const texts = { subject: 'Fatura em dobro 🧾', description: 'Pediu a 2ª via.\nLinha "dois".' };

      it('stores what was typed, and says when', async () => {
        const { attendanceId } = await one.openForCall(opening());
        now += 1500;
        assert.deepEqual(await one.save(7, { attendanceId, ...texts }), { savedAt: EVENING + 1500 });
        const form = await other.forCall('call-1');
        assert.deepEqual(
          [form?.subject, form?.description, form?.savedAt],
          [texts.subject, texts.description, EVENING + 1500],
        );
      });

      it('takes the same text again, and an empty one', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await one.save(7, { attendanceId, ...texts });
        assert.ok(await one.save(7, { attendanceId, ...texts }));
        await one.save(7, { attendanceId, subject: '', description: '' });
        assert.equal((await one.forCall('call-1'))?.subject, '');
      });

      it('keeps the order in which it was typed', async () => {
        const { attendanceId } = await one.openForCall(opening());
        const typed = Array.from({ length: 20 }, (_, n) => 'x'.repeat(n + 1));
        await Promise.all(typed.map((description) => one.save(7, { attendanceId, subject: '', description })));
        assert.equal((await one.forCall('call-1'))?.description, 'x'.repeat(20));
      });

      it('is for the agent whose record it is', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await assert.rejects(one.save(8, { attendanceId, ...texts }), {
          code: 'forbidden',
          key: 'attendances:not-yours',
        });
        assert.equal((await one.forCall('call-1'))?.subject, '');
      });

      it('is refused for a record that does not exist', async () => {
        await assert.rejects(one.save(7, { attendanceId: 4711, ...texts }), { code: 'not-found' });
      });

      it('takes the longest texts there may be', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await one.save(7, { attendanceId, subject: 'ç'.repeat(120), description: 'é'.repeat(4000) });
        const form = await one.forCall('call-1');
        assert.deepEqual([form?.subject.length, form?.description.length], [120, 4000]);
      });
    });

    describe('finishing', () => {
      it('closes the record: nothing is written in it any more', async () => {
        const { attendanceId } = await one.openForCall(opening());
        await one.finish('call-1', 7);
        await assert.rejects(one.save(7, { attendanceId, subject: 'tarde', description: '' }), {
          code: 'conflict',
          key: 'attendances:finished',
        });
        assert.equal((await one.forCall('call-1'))?.subject, '');
      });

      it('waits for the last words typed, however long they take to be stored', async () => {
        const { attendanceId } = await one.openForCall(opening());
        const { repository } = store;
        let letGo = (): void => undefined;
        const slow: AttendanceRepository = Object.assign(Object.create(null) as AttendanceRepository, {
          findByCall: (callId: string) => repository.findByCall(callId),
          finish: (callId: string, agentId: number, at: Date) => repository.finish(callId, agentId, at),
          save: async (...args: Parameters<AttendanceRepository['save']>) => {
            await new Promise<void>((resolve) => (letGo = resolve));
            return repository.save(...args);
          },
        });
        const attendances = new Attendances({ repository: slow, now: () => new Date(now) });
        const saved = attendances.save(7, { attendanceId, subject: 'devagar', description: '' });
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
        await one.save(7, { attendanceId: form.attendanceId, subject: 'a', description: '' });
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
        await one.save(7, { attendanceId: form.attendanceId, subject: 'a', description: '' });
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
        await one.save(7, { attendanceId, subject: 'Fatura', description: 'começo' });
        const form = await other.openForCall(opening({ agentId: 8, customerId: null }));
        assert.deepEqual([form.attendanceId, form.subject, form.description], [attendanceId, 'Fatura', 'começo']);
        await one.save(8, { attendanceId, subject: 'Fatura', description: 'começo e fim' });
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
        await assert.rejects(one.save(7, { attendanceId, subject: 'tarde', description: '' }), {
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
        await one.save(7, { attendanceId, subject: 'Fatura', description: 'x' });
        const reading = await one.readForConsultation('call-1', { userId: 8, permissions: new Set() });
        assert.deepEqual([reading?.protocol, reading?.text], [protocol, { subject: 'Fatura', description: 'x' }]);
        assert.equal(await one.readForConsultation('call-9', { userId: 8, permissions: new Set() }), null);
      });
    });

    it('shows the last finished records of a customer, the newest first', async () => {
      for (let n = 1; n <= 4; n += 1) {
        now = EVENING + n * 1000;
        const { attendanceId } = await one.openForCall(opening({ callId: `call-${String(n)}` }));
        await one.save(7, { attendanceId, subject: `assunto ${String(n)}`, description: '' });
        if (n < 4) await one.finish(`call-${String(n)}`, 7);
      }
      await one.openForCall(opening({ callId: 'of-another', customerId: 2 }));
      await one.finish('of-another', 7);
      assert.deepEqual(await one.lastOfCustomer(1, 2, 8), [
        { protocol: protocolFor('20261125', 3), at: EVENING + 3000, subject: 'assunto 3', agentName: 'Pessoa 7' },
        { protocol: protocolFor('20261125', 2), at: EVENING + 2000, subject: 'assunto 2', agentName: 'Pessoa 7' },
      ]);
      assert.equal((await one.lastOfCustomer(1, 10, 7)).length, 3, 'the one in hand is not past');
      assert.deepEqual(await one.lastOfCustomer(99, 10, 7), []);
    });

    it('tells who may continue it whom and what it was about', async () => {
      const { attendanceId } = await one.openForCall(opening());
      const found = await one.find(attendanceId);
      assert.deepEqual([found?.customerId, found?.queueId], [1, null]);
      assert.equal(await one.find(attendanceId + 1000), null);
    });

    it('takes a save over the socket for who asks, whatever the payload', async () => {
      const command = createAttendanceCommands({ attendances: one })['attendance:save'];
      assert.equal(command.permission, 'attendances.create');
      const { attendanceId } = await one.openForCall(opening());
      const viewer = { userId: 7, sessionId: 's', locale: 'pt-BR', permissions: new Set<Permission>() } as const;
      const payload = { attendanceId, subject: 'a', description: 'b' };
      assert.deepEqual(await command.run(viewer, payload, { id: 'page' }), { savedAt: EVENING });
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
