import assert from 'node:assert/strict';
import { type User } from '../../src/modules/users/index.js';
import { SESSION_IDLE_MS } from '../../src/platform/http/session-store.js';
import { assertGuarded, auditOf } from '../support/admin-pages.js';
import { eventually } from '../support/wait.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';
import { connect, pageSocket, type PageSocket } from '../support/page-socket.js';

describe('“Usuários Logados”', () => {
  let app: Harness;
  let ana: User;
  let visitor: Visitor;
  let now: number;
  const sockets: PageSocket[] = [];
  beforeEach(async () => {
    now = Date.now();
    app = await startApp({ now: () => new Date(now), telephony: () => ({ telephony: new FakeTelephony() }) });
    await app.aUser({ login: 'chefe', name: 'Chefe Geral' });
    ana = await app.aUser({ login: 'ana', name: 'Ana <i>Souza</i>', permissions: ['voice.desk', 'monitoring'] });
    visitor = await app.signIn('chefe');
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    await app[Symbol.asyncDispose]();
  });

  interface Row {
    readonly name: string;
    readonly own: boolean;
    readonly cells: readonly string[];
    readonly end: string;
  }
  const rowsOn = (html: string): readonly Row[] =>
    [...html.matchAll(/<tr data-testid="session" data-own="(\w+)">(.*?)<\/tr>/gs)].map((found) => ({
      own: found[1] === 'true',
      name: /<th scope="row">(.*?)<\/th>/s
        .exec(found[2]!)![1]!
        .replaceAll(/<[^>]+>/g, '')
        .trim(),
      cells: [...found[2]!.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map((cell) => cell[1]!),
      end: /href="([^"]+\/end)"/.exec(found[2]!)![1]!,
    }));
  const rows = async (query = ''): Promise<readonly Row[]> =>
    rowsOn((await visitor.get(`/admin/logged-in${query}`).expect(200)).text);
  const rowOf = async (name: string): Promise<Row> => {
    const found = (await rows()).find((row) => row.name.startsWith(name));
    assert.ok(found !== undefined, `${name} is not listed`);
    return found;
  };
  const signInFrom = async (userAgent: string): Promise<Visitor> => {
    const other = app.visitor();
    const _csrf = await other.csrfToken();
    await other.agent
      .post('/sign-in')
      .set('User-Agent', userAgent)
      .type('form')
      .send({ _csrf, login: 'ana', password: 'uma senha de teste' })
      .expect(303);
    return other;
  };
  const open = async (page: Visitor): Promise<PageSocket> => {
    const socket = pageSocket(app.url, page);
    sockets.push(socket);
    await connect(socket);
    return socket;
  };
  const CHROME = 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36';

  it('is closed to who is not signed in or has no permission', async () => {
    await assertGuarded(app, [
      ['get', '/admin/logged-in'],
      ['get', '/admin/logged-in/table'],
      ['get', '/admin/logged-in/x/end'],
      ['post', '/admin/logged-in/x/end'],
    ]);
  });

  it('tells who, since when, from where and with what, and marks one’s own', async () => {
    await signInFrom(CHROME);
    const listed = await rows();
    assert.deepEqual(
      listed.map(({ name, own }) => [name, own]),
      [
        ['Ana &lt;i&gt;Souza&lt;/i&gt;', false],
        ['Chefe Geral esta sessão', true],
      ],
    );
    const [profile, since, seen, address, browser, pages] = listed[0]!.cells;
    assert.equal(profile, ana.profileName);
    assert.match(since!, /^\d\d\/\d\d\/\d{4}, \d\d:\d\d$/);
    assert.equal(seen, 'agora');
    assert.match(address!, /127\.0\.0\.1/);
    assert.equal(browser, 'Chrome 142 em Windows');
    assert.equal(pages, '0');
    assert.match(listed[1]!.cells[4]!, /outro navegador/);
  });

  it('is known before the browser is told where to go next', async () => {
    const { sessions, db } = app.app;
    const set = sessions.set.bind(sessions);
    sessions.set = (sid, session, done) => {
      setTimeout(() => {
        set(sid, session, done);
      }, 30);
    };
    const other = app.visitor();
    const body = new URLSearchParams({ _csrf: await other.csrfToken(), login: 'ana', password: 'uma senha de teste' });
    const headers = { cookie: other.cookies() };
    const answer = await fetch(`${app.url}/sign-in`, { method: 'POST', body, headers, redirect: 'manual' });
    assert.equal(answer.status, 303);
    const [rows] = await db.sequelize.query('SELECT signed_in_at FROM sessions WHERE user_id = :id', {
      replacements: { id: ana.id },
    });
    assert.notEqual((rows[0] as { signed_in_at: unknown }).signed_in_at, null);
  });

  it('never shows what is halfway to a session', async () => {
    await app.signIn('ana');
    const sids = (await app.app.db.sequelize.query('SELECT sid FROM sessions'))[0] as { sid: string }[];
    const page = (await visitor.get('/admin/logged-in')).text;
    for (const { sid } of sids) assert.ok(!page.includes(sid));
  });

  it('says how long ago somebody was seen, and forgets who expired', async () => {
    await app.signIn('ana');
    now += 5 * 60_000;
    assert.equal((await rowOf('Ana')).cells[2], 'há 5 minutos');
    now += 2 * 3_600_000;
    assert.equal((await rowOf('Ana')).cells[2], 'há 2 horas');
    now += SESSION_IDLE_MS - 2 * 3_600_000;
    assert.deepEqual(
      (await rows()).map(({ own }) => own),
      [true],
    );
  });

  it('counts the pages that are connected', async () => {
    const other = await app.signIn('ana');
    for (let n = 0; n < 2; n += 1) {
      await open(other);
    }
    await eventually('two pages are listed', async () => (await rowOf('Ana')).cells[5] === '2');
    now += 3_600_000;
    assert.equal((await rowOf('Ana')).cells[2], 'agora');
  });

  it('finds by name and profile whatever the case, and says when it finds nobody', async () => {
    await app.signIn('ana');
    assert.equal((await rows('?q=SOUZA')).length, 1);
    assert.equal((await rows(`?q=${encodeURIComponent(ana.profileName.toUpperCase())}`)).length, 1);
    const nobody = await visitor.get('/admin/logged-in?q=%3Cb%3E').expect(200);
    assert.match(nobody.text, /Nada encontrado/);
    assert.doesNotMatch(nobody.text, /<b>/);
  });

  it('gives the table alone to the page’s script', async () => {
    const table = await visitor.get('/admin/logged-in/table').expect(200);
    assert.doesNotMatch(table.text, /<html|<main/);
    assert.equal(rowsOn(table.text).length, 1);
  });

  it('ends a session at once, with its sockets, after asking; audited', async () => {
    const other = await signInFrom(CHROME);
    const second = await app.signIn('ana');
    const socket = await open(other);
    const row = (await rows()).find(({ cells }) => cells[4]!.startsWith('Chrome'))!;
    const asked = await visitor.get(row.end).expect(200);
    assert.match(asked.text, /Encerrar a sessão de Ana &lt;i&gt;Souza&lt;\/i&gt;, aberta em Chrome 142/);
    const answer = await visitor.post(row.end);
    assert.equal(answer.status, 303);
    assert.equal(answer.headers['location'], '/admin/logged-in');
    await eventually('the socket is gone', () => !socket.connected);
    await other.get('/').expect(303);
    await second.get('/').expect(200);
    assert.match((await visitor.get('/admin/logged-in')).text, /foi encerrada/);
    const [entry] = await auditOf(app, row.end.split('/')[3]!, 'session');
    assert.equal(entry?.action, 'session-ended');
    assert.equal(entry.subjectName, 'Ana <i>Souza</i>');
    assert.equal(entry.actor.name, 'Chefe Geral');
    await visitor.get(row.end).expect(404);
    const again = await visitor.post(row.end);
    assert.equal(again.status, 404);
    assert.match(again.text, /já terminou/);
  });

  it('ends one’s own like a sign-out', async () => {
    const own = await rowOf('Chefe');
    assert.match((await visitor.get(own.end).expect(200)).text, /sua própria sessão/);
    const answer = await visitor.post(own.end);
    assert.equal(answer.headers['location'], '/sign-in');
    await visitor.get('/admin/users').expect(303).expect('location', '/sign-in?next=%2Fadmin%2Fusers');
  });

  it('in English says all of it', async () => {
    await app.aUser({ login: 'eng', locale: 'en' });
    const english = await app.signIn('eng');
    assert.match((await english.get('/admin/logged-in')).text, /Last seen/);
  });
});
