import assert from 'node:assert/strict';
import { type Response } from 'supertest';
import { type User } from '../../src/modules/users/index.js';
import { type DirectoryUser } from '../../src/modules/telephony/telephony.port.js';
import { type Permission } from '../../src/shared/permissions.js';
import { eventually } from '../support/wait.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, TEST_PASSWORD, type Harness, type Visitor } from '../support/harness.js';

const PATH = '/admin/association';
const DISSOCIATION = `${PATH}/dissociation`;
const SYNCHRONISATION = `${PATH}/synchronisation`;
const ALL: readonly Permission[] = ['unity.associate', 'unity.dissociate', 'unity.synchronise'];

const ana: DirectoryUser = {
  login: 'ana.souza',
  name: 'Ana Souza',
  locality: 'João Pessoa',
  extension: '1001',
  queues: ['suporte', 'vendas'],
};
const bruno: DirectoryUser = {
  login: 'bruno.lima',
  name: 'Bruno Lima',
  locality: 'Recife',
  extension: '1002',
  queues: ['suporte'],
};
const carla: DirectoryUser = { login: 'carla', name: 'Carla Menezes', locality: '', extension: '1003', queues: [] };
const SUPORTE = { name: 'suporte', number: '5001', strategy: 'longest-idle' } as const;
const VENDAS = { name: 'vendas', number: '5002', strategy: 'ring-all' } as const;

interface Stored {
  readonly exchangeLogin: string | null;
  readonly extension: string | null;
  readonly locality: string | null;
  readonly hasPassword: boolean;
  readonly queues: readonly string[];
}

describe('the association with users of the Unity', () => {
  let app: Harness;
  let telephony: FakeTelephony;
  let admin: Visitor;

  const start = async (options: Parameters<typeof startApp>[0] = {}): Promise<void> => {
    telephony = new FakeTelephony();
    telephony.directoryAnswer = { users: [ana, bruno, carla], queues: [SUPORTE, VENDAS], pauseReasons: [] };
    app = await startApp({
      telephony: () => ({ telephony }),
      ...options,
    });
    await app.aUser({ login: 'chefe', name: 'Chefe', permissions: ALL });
    admin = await app.signIn('chefe');
  };
  const startWithoutExchange = async (): Promise<void> => {
    app = await startApp();
    await app.aUser({ login: 'chefe', name: 'Chefe', permissions: ALL });
    admin = await app.signIn('chefe');
  };
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  const post = async (
    visitor: Visitor,
    path: string,
    fields: readonly (readonly [string, string])[],
  ): Promise<Response> => {
    // First the token: a request takes the cookies there are when it is made.
    const body = new URLSearchParams({ _csrf: await visitor.csrfToken() });
    for (const [name, value] of fields) body.append(name, value);
    return visitor.agent.post(path).type('form').send(body.toString());
  };
  const row = (id: number, typed: string, was = ''): readonly (readonly [string, string])[] => [
    ['ids', String(id)],
    [`unity-${String(id)}`, typed],
    [`was-${String(id)}`, was],
  ];
  const stored = async (id: number): Promise<Stored> => {
    const user = await app.app.users.find(id);
    const [rows] = await app.app.db.sequelize.query(
      `SELECT queues.exchange_name AS name FROM user_queues JOIN queues ON queues.id = user_queues.queue_id
       WHERE user_queues.user_id = ${String(id)} ORDER BY name`,
    );
    const [hashes] = await app.app.db.sequelize.query(
      `SELECT password_hash AS hash FROM users WHERE id = ${String(id)}`,
    );
    return {
      exchangeLogin: user?.exchangeLogin ?? null,
      extension: user?.extension ?? null,
      locality: user?.locality ?? null,
      hasPassword: (hashes as { hash: string | null }[])[0]?.hash !== null,
      queues: (rows as { name: string }[]).map(({ name }) => name),
    };
  };
  const NOTHING: Stored = { exchangeLogin: null, extension: null, locality: null, hasPassword: true, queues: [] };
  const ANA: Stored = {
    exchangeLogin: 'ana.souza',
    extension: '1001',
    locality: 'João Pessoa',
    hasPassword: false,
    queues: ['suporte', 'vendas'],
  };
  const aPerson: Harness['aUser'] = (fields) => app.aUser({ permissions: ['voice.desk'], ...fields });
  const associated = async (fields: Parameters<Harness['aUser']>[0], to: DirectoryUser): Promise<User> => {
    const user = await aPerson(fields);
    assert.equal((await post(admin, PATH, row(user.id, to.login))).status, 303);
    return user;
  };
  /** Ana, associated, on shift and logged in to "suporte". */
  const atWork = async (): Promise<User> => {
    const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
    const { centre } = app.app.voice!;
    await centre.startShift(user.id);
    await centre.logIn(user.id, centre.queues().find(({ name }) => name === 'suporte')!.queueId);
    assert.deepEqual(telephony.queuesOf('1001'), ['suporte']);
    return user;
  };
  const inCall = (): void => {
    telephony.say({
      type: 'call-started',
      callId: 'c1',
      direction: 'inbound',
      number: '+5583999990001',
      queue: 'suporte',
      extension: null,
    });
    telephony.say({ type: 'call-offered', callId: 'c1', extension: '1001' });
    telephony.say({ type: 'call-answered', callId: 'c1', extension: '1001' });
  };
  const lastAudit = (id: number): ReturnType<typeof app.app.audit.last> => app.app.audit.last('association', id);

  describe('is guarded', () => {
    beforeEach(() => start());
    const gets = [PATH, `${DISSOCIATION}?ids=1`, `${SYNCHRONISATION}?ids=1`];
    const posts: readonly (readonly [string, Permission])[] = [
      [PATH, 'unity.associate'],
      [DISSOCIATION, 'unity.dissociate'],
      [`${DISSOCIATION}/confirm`, 'unity.dissociate'],
      [SYNCHRONISATION, 'unity.synchronise'],
      [`${SYNCHRONISATION}/apply`, 'unity.synchronise'],
    ];

    it('from who has not signed in', async () => {
      const stranger = app.visitor();
      for (const path of gets) {
        const { status, headers } = await stranger.get(path);
        assert.deepEqual([status, String(headers['location']).startsWith('/sign-in')], [303, true], path);
      }
      for (const [path] of posts) {
        const { status, headers } = await post(stranger, path, row(1, 'ana.souza'));
        assert.deepEqual([status, headers['location']], [303, '/sign-in'], path);
      }
    });

    it('by a permission for each thing that can be done', async () => {
      const target = await aPerson({ name: 'Ana Souza' });
      for (const [path, needed] of posts) {
        const others = ALL.filter((each) => each !== needed);
        await aPerson({ login: `sem-${path}`, permissions: [...others, 'users.list', 'users.edit'] });
        const visitor = await app.signIn(`sem-${path}`);
        assert.equal((await post(visitor, path, row(target.id, 'ana.souza'))).status, 403, path);
      }
      assert.deepEqual(await stored(target.id), NOTHING);
    });

    it('but opens to who holds one of its permissions, with the buttons of that one', async () => {
      const buttons: Readonly<Record<string, RegExp>> = {
        'unity.associate': /<button[^>]*form="association"[^>]*>Salvar</,
        'unity.dissociate': /Desassociar<\/button>/,
        'unity.synchronise': /Sincronizar<\/button>/,
      };
      for (const permission of ALL) {
        await aPerson({ login: permission, permissions: [permission] });
        const { text } = await (await app.signIn(permission)).get(PATH).expect(200);
        for (const [name, pattern] of Object.entries(buttons)) {
          assert.equal(pattern.test(text), name === permission, `${name} for ${permission}`);
        }
        assert.equal(text.includes('data-choice'), permission === 'unity.associate');
      }
      await aPerson({ login: 'nenhuma', permissions: ['users.list'] });
      const visitor = await app.signIn('nenhuma');
      for (const path of gets) await visitor.get(path).expect(403);
    });
  });

  describe('as a table', () => {
    beforeEach(() => start());

    it('has the seed’s columns and breadcrumb, and offers once who is free', async () => {
      await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      const { text } = await admin.get(PATH).expect(200);
      for (const column of ['Nome', 'Usuário Unity']) assert.match(text, new RegExp(`<th scope="col">[^]*?${column}`));
      assert.match(
        text,
        // Steps that this viewer may not open are no links.
        /<span>Administração<\/span>[^]*?<span>Usuários<\/span>[^]*?aria-current="page">Associação com usuário do Unity</,
      );
      assert.match(text, /<option value="Bruno Lima \(bruno\.lima\)">1002 · Recife<\/option>/);
      assert.doesNotMatch(text, /<option value="Ana Souza/);
      assert.match(text, /value="Ana Souza \(ana\.souza\)"/);
      assert.match(text, /Ramal 1001 · João Pessoa · suporte, vendas/);
      assert.equal(text.match(/<datalist/g)?.length, 1);
    });

    it('is searched, filtered and paged', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      for (let n = 0; n < 27; n += 1)
        await aPerson({ login: `p${String(n)}`, name: `Zé ${String(n + 100)}`, password: null });
      const names = async (query: string): Promise<readonly string[]> => {
        const { text } = await admin.get(`${PATH}?${query}`).expect(200);
        return [...text.matchAll(/form-check-label">([^<]+?) </g)].map((found) => found[1]!);
      };
      assert.equal((await names('')).length, 25);
      assert.equal((await names('page=2')).length, 4);
      assert.deepEqual(await names('q=souza'), ['Ana Souza']);
      assert.deepEqual(await names('show=associated'), [user.name]);
      assert.equal((await names('show=free&page=2')).length, 3);
      assert.deepEqual(await names('q=ninguem'), []);
      assert.equal((await names('show=tudo&page=-1')).length, 25);
    });

    it('suggests by login or name, and applies nothing unasked', async () => {
      const byLogin = await aPerson({ login: 'CARLA', name: 'C. M.' });
      const byName = await aPerson({ login: 'bl', name: 'bruno  lima' });
      const { text } = await admin.get(PATH).expect(200);
      assert.match(text, /Sugestão: Carla Menezes \(carla\)/);
      assert.match(text, /Sugestão: Bruno Lima \(bruno\.lima\)/);
      for (const { id } of [byLogin, byName]) {
        assert.match(text, new RegExp(`name="unity-${String(id)}" value=""`));
        assert.deepEqual(await stored(id), NOTHING);
      }
    });

    it('takes a suggestion without a script: the field is filled, nothing is saved', async () => {
      const user = await aPerson({ login: 'carla' });
      const other = await aPerson({ login: 'outra' });
      const answer = await post(admin, PATH, [...row(other.id, 'brun'), ['take', String(user.id)]]);
      assert.equal(answer.status, 200);
      assert.match(answer.text, new RegExp(`value="${String(user.id)}" data-tick checked`));
      assert.match(answer.text, new RegExp(`name="unity-${String(user.id)}" value="Carla Menezes \\(carla\\)"`));
      assert.match(answer.text, new RegExp(`name="unity-${String(other.id)}" value="brun"`));
      assert.deepEqual(await stored(user.id), NOTHING);
    });

    it('escapes names of both sides', async () => {
      telephony.directoryAnswer = {
        users: [{ ...ana, name: '<i>"Ana"</i>', locality: '<u>lá</u>' }],
        queues: [],
        pauseReasons: [],
      };
      const user = await aPerson({ login: 'x', name: '<b>Zé</b>' });
      const answer = await post(admin, PATH, row(user.id, '"><s>digitado</s>'));
      assert.equal(answer.status, 422);
      for (const tag of ['<i>', '<u>', '<b>', '<s>']) assert.ok(!answer.text.includes(tag), tag);
      assert.match(answer.text, /value="&#34;&gt;&lt;s&gt;digitado/);
    });
  });

  describe('saves', () => {
    beforeEach(() => start());

    it('what the exchange has: login, locality, extension, queues; and the local password is gone', async () => {
      const user = await aPerson({ login: 'ana', name: 'Ana S.' });
      const answer = await post(admin, `${PATH}?q=ana&show=free`, row(user.id, 'Ana Souza (ana.souza)'));
      assert.deepEqual([answer.status, answer.headers['location']], [303, `${PATH}?q=ana&show=free`]);
      assert.deepEqual(await stored(user.id), ANA);
      assert.match((await admin.get(PATH)).text, /1 usuário foi associado/);
      telephony.verifyCredentials = (login, password) =>
        Promise.resolve(login === 'ana.souza' && password === 'central');
      assert.equal((await app.visitor().post('/sign-in', { login: 'ana', password: TEST_PASSWORD })).status, 422);
      await app.signIn('ana.souza', 'central');
    });

    it('an entry of who did it, with what was imported', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      const entry = await lastAudit(user.id);
      assert.equal(entry?.action, 'associated');
      assert.equal(entry.actor.name, 'Chefe');
      assert.equal(entry.subjectName, 'Ana Souza');
      assert.deepEqual(entry.before, { exchangeLogin: null, extension: null, locality: null, queues: [] });
      assert.deepEqual(entry.after, {
        exchangeLogin: 'ana.souza',
        extension: '1001',
        locality: 'João Pessoa',
        queues: ['suporte', 'vendas'],
      });
    });

    it('and the live half knows the agent and the new queues at once', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      const { centre } = app.app.voice!;
      assert.equal(centre.agent(user.id)?.extension, '1001');
      assert.deepEqual(
        centre.queues().map(({ name }) => name),
        ['suporte', 'vendas'],
      );
    });

    for (const typed of ['ana.souza', ' Ana Souza ', 'ANA SOUZA', 'ana souza (ana.souza)']) {
      it(`whom "${typed}" means`, async () => {
        const user = await aPerson();
        assert.equal((await post(admin, PATH, row(user.id, typed))).status, 303);
        assert.equal((await stored(user.id)).exchangeLogin, 'ana.souza');
      });
    }

    it('each row for itself: the good ones are done, the others say why and keep what was typed', async () => {
      telephony.directoryAnswer = {
        ...telephony.directoryAnswer,
        users: [
          ana,
          bruno,
          carla,
          { ...carla, login: 'dani1', extension: '1004', name: 'Dani' },
          { ...carla, login: 'dani2', extension: '1005', name: 'Dani' },
        ],
      };
      await associated({ name: 'Bruno de Verdade' }, bruno);
      const good = await aPerson({ name: 'Boa' });
      const bad: readonly (readonly [string, RegExp])[] = [
        ['', /Escolha o usuário do Unity/],
        ['ninguem', /Não há este usuário no Unity/],
        ['dani', /Há mais de um usuário com este nome/],
        ['Bruno Lima (bruno.lima)', /Bruno Lima \(bruno\.lima\) já está associado a Bruno de Verdade/],
        ['ana.souza', /Ana Souza \(ana\.souza\) já está associado a Boa/],
      ];
      const people: User[] = [];
      for (const [index] of bad.entries()) people.push(await aPerson({ name: `Ruim ${String(index)}` }));
      const answer = await post(admin, PATH, [
        ...row(good.id, 'ana.souza'),
        ...people.flatMap(({ id }, index) => row(id, bad[index]![0])),
      ]);
      assert.equal(answer.status, 422);
      assert.match(answer.text, /5 linhas não foram feitas/);
      assert.match(answer.text, /1 usuário foi associado/);
      for (const [index, { id }] of people.entries()) {
        const shown = new RegExp(`id="problem-${String(id)}">([^<]*)<`).exec(answer.text)?.[1] ?? '';
        assert.match(shown, bad[index]![1]);
        assert.ok(answer.text.includes(`name="unity-${String(id)}" value="${bad[index]![0]}"`), bad[index]![0]);
        assert.match(answer.text, new RegExp(`value="${String(id)}" data-tick checked`));
        assert.deepEqual(await stored(id), NOTHING);
      }
      assert.deepEqual(await stored(good.id), ANA);
      assert.match(answer.text, new RegExp(`value="${String(good.id)}" data-tick >`));
    });

    it('nothing without a tick, and nobody who does not exist', async () => {
      const answer = await post(admin, PATH, [['unity-1', 'ana.souza']]);
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Marque pelo menos um nome/);
      assert.equal((await post(admin, PATH, row(999_999, 'ana.souza'))).status, 404);
    });

    it('nothing new for someone who is that already, and no empty field for someone associated', async () => {
      const user = await associated({ name: 'Ana' }, ana);
      assert.equal((await post(admin, PATH, row(user.id, 'ana.souza', 'ana.souza'))).status, 303);
      assert.match((await admin.get(PATH)).text, /Nada mudou/);
      const emptied = await post(admin, PATH, row(user.id, '', 'ana.souza'));
      assert.equal(emptied.status, 422);
      assert.match(emptied.text, /use o botão “Desassociar”/);
      assert.deepEqual(await stored(user.id), ANA);
    });

    it('not over what somebody else saved meanwhile', async () => {
      const user = await associated({ name: 'Ana' }, ana);
      const answer = await post(admin, PATH, row(user.id, 'bruno.lima', ''));
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Outra pessoa mudou esta linha/);
      assert.deepEqual(await stored(user.id), ANA);
    });

    it('one of two people for one exchange user, when two administrators save at once', async () => {
      const [one, two] = [await aPerson({ name: 'Um' }), await aPerson({ name: 'Dois' })];
      const other = await app.signIn('chefe');
      const answers = await Promise.all([
        post(admin, PATH, row(one.id, 'ana.souza')),
        post(other, PATH, row(two.id, 'ana.souza')),
      ]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 422]);
      const refused = answers.find(({ status }) => status === 422)!;
      assert.match(refused.text, /Ana Souza \(ana\.souza\) já está associado a (Um|Dois)/);
      const both = await Promise.all([stored(one.id), stored(two.id)]);
      assert.deepEqual(both.map(({ exchangeLogin }) => exchangeLogin).sort(), ['ana.souza', null]);
    });

    it('one of two exchange users for one person, when two administrators save at once', async () => {
      const user = await aPerson({ name: 'Um' });
      const other = await app.signIn('chefe');
      const answers = await Promise.all([
        post(admin, PATH, row(user.id, 'ana.souza')),
        post(other, PATH, row(user.id, 'bruno.lima')),
      ]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 422]);
      const { exchangeLogin, extension } = await stored(user.id);
      assert.ok((exchangeLogin === 'ana.souza') === (extension === '1001'));
    });

    it('no extension that another person has', async () => {
      await aPerson({ name: 'Antiga', exchangeLogin: 'antiga', extension: '1001' });
      const user = await aPerson({ name: 'Ana' });
      const answer = await post(admin, PATH, row(user.id, 'ana.souza'));
      assert.equal(answer.status, 422);
      assert.match(answer.text, /O ramal 1001 já é de Antiga/);
      assert.deepEqual(await stored(user.id), NOTHING);
    });

    it('nothing that does not fit', async () => {
      telephony.directoryAnswer = { ...telephony.directoryAnswer, users: [{ ...ana, locality: 'x'.repeat(61) }] };
      const user = await aPerson({ name: 'Ana' });
      const answer = await post(admin, PATH, row(user.id, 'ana.souza'));
      assert.equal(answer.status, 422);
      assert.match(answer.text, /mais de 60 caracteres/);
    });

    it('another exchange user for someone, after logging them out where that was confirmed', async () => {
      const user = await atWork();
      const asked = await post(admin, PATH, row(user.id, 'bruno.lima', 'ana.souza'));
      assert.equal(asked.status, 200);
      assert.match(asked.text, /Deslogar e salvar/);
      assert.match(asked.text, /<strong>Ana Souza<\/strong>[^]*?Logado em: suporte/);
      assert.deepEqual(await stored(user.id), ANA);
      assert.deepEqual(telephony.queuesOf('1001'), ['suporte']);

      const done = await post(admin, PATH, [
        ...row(user.id, 'bruno.lima', 'ana.souza'),
        ['confirmed', String(user.id)],
      ]);
      assert.equal(done.status, 303);
      assert.equal((await stored(user.id)).extension, '1002');
      assert.deepEqual(telephony.queuesOf('1001'), []);
      await eventually('the live half to know', () => app.app.voice!.centre.agent(user.id)?.extension === '1002');
    });

    it('no other exchange user for someone in a call', async () => {
      const user = await atWork();
      inCall();
      const answer = await post(admin, PATH, [
        ...row(user.id, 'bruno.lima', 'ana.souza'),
        ['confirmed', String(user.id)],
      ]);
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Está em ligação ou terminando um registro/);
      assert.deepEqual(await stored(user.id), ANA);
      assert.deepEqual(telephony.queuesOf('1001'), ['suporte']);
    });
  });

  describe('is dissolved', () => {
    beforeEach(() => start());
    const confirm = (visitor: Visitor, id: number, ...more: (readonly [string, string])[]): Promise<Response> =>
      post(visitor, `${DISSOCIATION}/confirm`, [['ids', String(id)], ...more]);

    it('after a page that names whom it concerns', async () => {
      const user = await associated({ login: 'ana', name: 'Ana <Souza>' }, ana);
      const answer = await post(admin, DISSOCIATION, row(user.id, 'ana.souza', 'ana.souza'));
      assert.deepEqual([answer.status, answer.headers['location']], [303, `${DISSOCIATION}?ids=${String(user.id)}`]);
      const { text } = await admin.get(`${DISSOCIATION}?ids=${String(user.id)}`).expect(200);
      assert.match(text, /Ana &lt;Souza&gt;/);
      assert.match(text, /value="link" checked/);
      assert.deepEqual(await stored(user.id), ANA);
      assert.equal((await post(admin, DISSOCIATION, [])).headers['location'], PATH);
      assert.match((await admin.get(PATH)).text, /Marque pelo menos um nome/);
      for (const ids of ['', 'x', '999999', '1;DROP']) await admin.get(`${DISSOCIATION}?ids=${ids}`).expect(404);
      assert.equal((await confirm(admin, 999_999)).status, 404);
    });

    it('with a one-time link, shown once; sessions end and everything imported is gone', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      telephony.verifyCredentials = () => Promise.resolve(true);
      const visitor = await app.signIn('ana.souza', 'qualquer');
      const answer = await confirm(admin, user.id, [`way-${String(user.id)}`, 'link']);
      assert.equal(answer.status, 200);
      const link = /value="http:\/\/localhost(\/password\/[\w-]{40,})"/.exec(answer.text)?.[1] ?? '';
      await app.visitor().get(link).expect(200);
      assert.deepEqual(await stored(user.id), { ...NOTHING, hasPassword: false });
      await visitor.get('/').expect(303);
      assert.equal(app.app.voice!.centre.agent(user.id), null);
      const entry = await lastAudit(user.id);
      assert.equal(entry?.action, 'dissociated');
      assert.deepEqual(entry.after, { exchangeLogin: null, extension: null, locality: null, queues: [] });
    });

    it('with a password set here, which then signs in', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      const answer = await confirm(
        admin,
        user.id,
        [`way-${String(user.id)}`, 'password'],
        [`password-${String(user.id)}`, 'uma senha bem nova'],
      );
      assert.deepEqual([answer.status, answer.headers['location']], [303, PATH]);
      await app.signIn('ana', 'uma senha bem nova');
      const entry = JSON.stringify(await lastAudit(user.id));
      assert.ok(!entry.includes('uma senha bem nova') && !entry.includes('argon'));
    });

    it('not with a password that is too short or too long', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      for (const [password, problem] of [
        ['curta', /pelo menos 10 caracteres/],
        ['x'.repeat(201), /no máximo 200 caracteres/],
      ] as const) {
        const answer = await confirm(
          admin,
          user.id,
          [`way-${String(user.id)}`, 'password'],
          [`password-${String(user.id)}`, password],
        );
        assert.equal(answer.status, 422);
        assert.match(answer.text, problem);
        assert.match(answer.text, /value="password" checked/);
        assert.ok(!answer.text.includes(password));
      }
      assert.deepEqual(await stored(user.id), ANA);
    });

    it('not for someone in a call', async () => {
      const user = await atWork();
      inCall();
      const { text } = await admin.get(`${DISSOCIATION}?ids=${String(user.id)}`).expect(200);
      assert.match(text, /Está em ligação ou terminando um registro/);
      assert.doesNotMatch(text, /type="radio"/);
      const answer = await confirm(admin, user.id);
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Está em ligação/);
      assert.deepEqual(await stored(user.id), ANA);
      telephony.say({ type: 'call-ended', callId: 'c1', by: 'customer', cause: 'hung-up' });
      assert.equal((await confirm(admin, user.id)).status, 200);
    });

    it('after logging out who is logged in, which the page says', async () => {
      const user = await atWork();
      const { text } = await admin.get(`${DISSOCIATION}?ids=${String(user.id)}`).expect(200);
      assert.match(text, /Será deslogado e sairá do sistema\. Logado em: suporte/);
      assert.equal((await confirm(admin, user.id)).status, 200);
      assert.deepEqual(telephony.queuesOf('1001'), []);
      assert.deepEqual((await stored(user.id)).queues, []);
    });

    it('not for someone who is not associated; the others are', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      const other = await aPerson({ name: 'Nunca Associada' });
      const answer = await confirm(admin, user.id, ['ids', String(other.id)]);
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Não está associado a nenhum usuário do Unity/);
      assert.match(answer.text, /localhost\/password\//);
      assert.deepEqual(await stored(other.id), NOTHING);
      assert.equal((await stored(user.id)).exchangeLogin, null);
    });

    it('not by who administers less than the person, nor is such a person associated', async () => {
      const boss = await app.aUser({ login: 'dona', name: 'Dona', exchangeLogin: 'ana.souza', extension: '1001' });
      const answer = await confirm(admin, boss.id);
      assert.equal(answer.status, 422);
      assert.match(answer.text, /administra o que o seu perfil não administra/);
      const saved = await post(admin, PATH, row(boss.id, 'bruno.lima', 'ana.souza'));
      assert.equal(saved.status, 422);
      assert.match(saved.text, /administra o que o seu perfil não administra/);
      assert.equal((await stored(boss.id)).exchangeLogin, 'ana.souza');
    });

    it('by oneself only with a password', async () => {
      const user = await associated({ login: 'eu', name: 'Eu Mesma', permissions: ALL }, ana);
      telephony.verifyCredentials = () => Promise.resolve(true);
      const visitor = await app.signIn('ana.souza', 'x');
      const answer = await confirm(visitor, user.id, [`way-${String(user.id)}`, 'link']);
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Para o seu próprio usuário, defina a senha aqui/);
      assert.deepEqual(await stored(user.id), ANA);
      const done = await confirm(
        visitor,
        user.id,
        [`way-${String(user.id)}`, 'password'],
        [`password-${String(user.id)}`, 'uma senha bem nova'],
      );
      assert.equal(done.status, 303);
      await visitor.get(PATH).expect(303);
      await app.signIn('eu', 'uma senha bem nova');
    });
  });

  describe('is synchronised', () => {
    beforeEach(() => start());
    const differences = async (id: number): Promise<string> =>
      (await admin.get(`${SYNCHRONISATION}?ids=${String(id)}`).expect(200)).text;
    const unescaped = (text: string): string => text.replaceAll('&#34;', '"').replaceAll('&amp;', '&');
    const seenOf = (text: string, name: string): string =>
      unescaped(new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '');
    const apply = (page: string, id: number, ...more: (readonly [string, string])[]): Promise<Response> =>
      post(admin, `${SYNCHRONISATION}/apply`, [
        ['ids', String(id)],
        ['shown', String(id)],
        [`seen-${String(id)}`, seenOf(page, `seen-${String(id)}`)],
        ...more,
      ]);
    const moved = { ...ana, locality: 'Campina Grande', extension: '1010', queues: ['suporte', 'cobrança'] };
    const changeExchange = (): void => {
      telephony.directoryAnswer = {
        users: [moved, bruno],
        queues: [
          { ...SUPORTE, number: '5009' },
          { name: 'cobrança', number: '5003', strategy: 'ring-all' },
        ],
        pauseReasons: [],
      };
    };

    it('first shows what would change, and changes nothing', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      changeExchange();
      const answer = await post(admin, SYNCHRONISATION, row(user.id, ''));
      assert.equal(answer.headers['location'], `${SYNCHRONISATION}?ids=${String(user.id)}`);
      const text = await differences(user.id);
      for (const line of [
        'Localidade: João Pessoa → Campina Grande',
        'Ramal: 1001 → 1010',
        'Entra nas filas: cobrança',
        'Sai das filas: vendas',
        'Novas: cobrança (5003)',
        'suporte: número 5001 → 5009',
        'Não existem mais, ficam fora de uso: vendas',
      ]) {
        assert.ok(text.includes(line), line);
      }
      assert.deepEqual(await stored(user.id), ANA);
      assert.equal((await post(admin, SYNCHRONISATION, [])).headers['location'], PATH);
      await admin.get(`${SYNCHRONISATION}?ids=999999`).expect(404);
    });

    it('then applies what was ticked', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      changeExchange();
      const page = await differences(user.id);
      const answer = await apply(page, user.id, ['queues', 'on'], ['queues-seen', seenOf(page, 'queues-seen')]);
      assert.deepEqual([answer.status, answer.headers['location']], [303, PATH]);
      assert.deepEqual(await stored(user.id), {
        ...ANA,
        locality: 'Campina Grande',
        extension: '1010',
        queues: ['cobrança', 'suporte'],
      });
      const queues = await app.app.db.sequelize.query(
        'SELECT exchange_name AS name, number, is_active AS active FROM queues ORDER BY exchange_name',
      );
      assert.deepEqual(
        (queues[0] as { name: string; number: string; active: unknown }[]).map(({ name, number, active }) => [
          name,
          number,
          Boolean(active),
        ]),
        [
          ['cobrança', '5003', true],
          ['suporte', '5009', true],
          ['vendas', '5002', false],
        ],
      );
      assert.equal((await lastAudit(user.id))?.action, 'synchronised');
      assert.match(await differences(user.id), /Nenhuma diferença/);
    });

    it('nothing without a tick', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      changeExchange();
      const answer = await post(admin, `${SYNCHRONISATION}/apply`, [['shown', String(user.id)]]);
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Marque pelo menos uma diferença/);
      assert.deepEqual(await stored(user.id), ANA);
    });

    it('not when it changed again after it was shown', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      changeExchange();
      const page = await differences(user.id);
      telephony.directoryAnswer = {
        ...telephony.directoryAnswer,
        users: [{ ...moved, extension: '1011' }],
        queues: [],
      };
      const answer = await apply(page, user.id);
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Outra pessoa mudou esta linha|Confira como está agora/);
      const queues = await apply(page, user.id, ['queues', 'on'], ['queues-seen', seenOf(page, 'queues-seen')]);
      assert.equal(queues.status, 409);
      assert.match(queues.text, /As filas do Unity mudaram/);
      assert.deepEqual(await stored(user.id), ANA);
    });

    it('not for someone in a call, and after logging out who gets another phone', async () => {
      const user = await atWork();
      changeExchange();
      const page = await differences(user.id);
      assert.match(page, /Será deslogado e sairá do sistema\. Logado em: suporte/);
      inCall();
      assert.match(await differences(user.id), /Está em ligação/);
      const refused = await apply(page, user.id);
      assert.equal(refused.status, 422);
      assert.deepEqual(await stored(user.id), ANA);
      telephony.say({ type: 'call-ended', callId: 'c1', by: 'customer', cause: 'hung-up' });
      assert.equal((await apply(page, user.id)).status, 303);
      assert.deepEqual(telephony.queuesOf('1001'), []);
      assert.equal((await stored(user.id)).extension, '1010');
    });

    it('says who is gone from the exchange, and leaves them as they are', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      telephony.directoryAnswer = { ...telephony.directoryAnswer, users: [bruno] };
      const page = await differences(user.id);
      assert.match(page, /Não existe mais no Unity\. Desassocie/);
      assert.equal((await apply(page, user.id)).status, 422);
      assert.deepEqual(await stored(user.id), ANA);
      assert.match((await admin.get(PATH)).text, /Este usuário não existe mais no Unity/);
    });

    it('lets two people trade their extensions', async () => {
      const one = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      const two = await associated({ login: 'bruno', name: 'Bruno Lima' }, bruno);
      telephony.directoryAnswer = {
        ...telephony.directoryAnswer,
        users: [
          { ...ana, extension: '1002' },
          { ...bruno, extension: '1001' },
        ],
      };
      const ids = `${String(one.id)},${String(two.id)}`;
      const { text } = await admin.get(`${SYNCHRONISATION}?ids=${ids}`).expect(200);
      const answer = await post(
        admin,
        `${SYNCHRONISATION}/apply`,
        [one.id, two.id].flatMap((id) => [
          ['ids', String(id)] as const,
          ['shown', String(id)] as const,
          [`seen-${String(id)}`, seenOf(text, `seen-${String(id)}`)] as const,
        ]),
      );
      assert.equal(answer.status, 303);
      assert.deepEqual([(await stored(one.id)).extension, (await stored(two.id)).extension], ['1002', '1001']);
    });

    it('reports at its row who cannot have an extension that another keeps, and does the others', async () => {
      const one = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      const two = await associated({ login: 'bruno', name: 'Bruno Lima' }, bruno);
      await aPerson({ name: 'Fica', exchangeLogin: 'fica', extension: '1099' });
      telephony.directoryAnswer = {
        ...telephony.directoryAnswer,
        users: [
          { ...ana, extension: '1099' },
          { ...bruno, locality: 'Natal' },
        ],
      };
      const { text } = await admin.get(`${SYNCHRONISATION}?ids=${String(one.id)},${String(two.id)}`).expect(200);
      const answer = await post(
        admin,
        `${SYNCHRONISATION}/apply`,
        [one.id, two.id].flatMap((id) => [
          ['ids', String(id)] as const,
          ['shown', String(id)] as const,
          [`seen-${String(id)}`, seenOf(text, `seen-${String(id)}`)] as const,
        ]),
      );
      assert.equal(answer.status, 422);
      assert.match(answer.text, /O ramal 1099 já é de Fica/);
      assert.deepEqual(await stored(one.id), ANA);
      assert.equal((await stored(two.id)).locality, 'Natal');
    });
  });

  describe('with the exchange out of reach', () => {
    beforeEach(() => start());

    it('opens, says so, locks what cannot be done, and is well again on reload', async () => {
      await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      telephony.disconnect();
      const { text } = await admin.get(PATH).expect(200);
      assert.match(text, /O Unity não está respondendo\. As associações abaixo/);
      assert.match(text, /ana\.souza/);
      assert.match(text, /form="association" disabled[^>]*title="O Unity não está respondendo\."[^>]*>Salvar/);
      assert.doesNotMatch(text, /data-choice/);
      telephony.connect();
      assert.match((await admin.get(PATH).expect(200)).text, /data-choice/);
    });

    it('saves and synchronises nothing', async () => {
      const user = await associated({ login: 'ana', name: 'Ana Souza' }, ana);
      const other = await aPerson();
      telephony.disconnect();
      const saved = await post(admin, PATH, row(other.id, 'bruno.lima'));
      assert.equal(saved.status, 503);
      assert.match(saved.text, /O Unity não está respondendo/);
      await admin.get(`${SYNCHRONISATION}?ids=${String(user.id)}`).expect(503);
      assert.equal((await post(admin, `${SYNCHRONISATION}/apply`, [['ids', String(user.id)]])).status, 503);
      assert.deepEqual(await stored(other.id), NOTHING);
    });

    it('dissociates who is not at work, and not who would have to be logged out there', async () => {
      const away = await associated({ login: 'bruno', name: 'Bruno Lima' }, bruno);
      const user = await atWork();
      telephony.disconnect();
      const done = await post(admin, `${DISSOCIATION}/confirm`, [['ids', String(away.id)]]);
      assert.equal(done.status, 200);
      assert.equal((await stored(away.id)).exchangeLogin, null);
      const refused = await post(admin, `${DISSOCIATION}/confirm`, [['ids', String(user.id)]]);
      assert.equal(refused.status, 422);
      assert.match(refused.text, /o Unity não responde para deslogá-lo/);
      assert.deepEqual(await stored(user.id), ANA);
    });
  });

  describe('without any exchange', () => {
    beforeEach(() => startWithoutExchange());

    it('opens with what is stored, and dissociates with a password', async () => {
      const user = await aPerson({ login: 'ana', name: 'Ana', exchangeLogin: 'ana.souza', extension: '1001' });
      const { text } = await admin.get(PATH).expect(200);
      assert.match(text, /Não há Unity configurado/);
      assert.match(text, /ana\.souza/);
      assert.equal((await post(admin, PATH, row(user.id, 'x'))).status, 503);
      await admin.get(`${SYNCHRONISATION}?ids=${String(user.id)}`).expect(503);
      const answer = await post(admin, `${DISSOCIATION}/confirm`, [
        ['ids', String(user.id)],
        [`way-${String(user.id)}`, 'password'],
        [`password-${String(user.id)}`, 'uma senha bem nova'],
      ]);
      assert.equal(answer.status, 303);
      await app.signIn('ana', 'uma senha bem nova');
    });
  });
});
