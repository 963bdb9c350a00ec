import assert from 'node:assert/strict';
import request from 'supertest';
import { isProtocol, protocolFor } from '../../src/modules/attendances/index.js';
import { SYSTEM_ACTOR } from '../../src/modules/audit/index.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness } from '../support/harness.js';

const PATH = '/api/ura/protocols';

describe('the URA’s address', () => {
  let app: Harness;
  let token: string;
  beforeEach(async () => {
    app = await startApp({ telephony: () => ({ telephony: new FakeTelephony() }) });
    token = await app.app.integration.createUraToken(SYSTEM_ACTOR, 0);
  });
  afterEach(() => app[Symbol.asyncDispose]());

  const ask = (fields: Readonly<Record<string, string>>, bearer: string | null = token): request.Test => {
    const asked = request(app.app.server).post(PATH).type('form');
    if (bearer !== null) void asked.set('authorization', `Bearer ${bearer}`);
    return asked.send(fields);
  };
  const look = (protocol: string): request.Test =>
    request(app.app.server).get(`${PATH}/${protocol}`).set('authorization', `Bearer ${token}`);

  it('gives a call a protocol, the same again, and no session', async () => {
    const first = await ask({ call_id: '1763.1', digits: '2', menu: 'cancelamento' });
    assert.deepEqual([first.status, Object.keys(first.body as object)], [200, ['protocol']]);
    const { protocol } = first.body as { readonly protocol: string };
    assert.ok(isProtocol(protocol));
    assert.equal(first.headers['set-cookie'], undefined);
    assert.deepEqual((await ask({ call_id: '1763.1' })).body, { protocol });
    assert.notDeepEqual((await ask({ call_id: '1763.2' })).body, { protocol });
    const form = await app.app.voice!.attendances.forCall('1763.1');
    assert.deepEqual([form?.protocol, form?.ura], [protocol, { digits: '2', menu: 'cancelamento' }]);
  });

  it('answers a dialplan the bare digits, and an error as nothing', async () => {
    const plain = await ask({ call_id: 'c1' }).set('accept', 'text/plain');
    assert.match(plain.headers['content-type']!, /^text\/plain/);
    assert.ok(isProtocol(plain.text), plain.text);
    const refused = await ask({ call_id: '' }).set('accept', 'text/plain');
    assert.deepEqual([refused.status, refused.text], [400, '']);
  });

  it('takes JSON too', async () => {
    const answer = await request(app.app.server)
      .post(PATH)
      .set('authorization', `Bearer ${token}`)
      .send({ call_id: 'c1' });
    assert.equal(answer.status, 200);
  });

  it('knows the customer by the number, and does not say so', async () => {
    const customer = await app.app.customers.create(
      { name: 'Beatriz Nunes', document: null, email: null, notes: null, numbers: ['+5583999990001'] },
      SYSTEM_ACTOR,
    );
    const answer = await ask({ call_id: 'c1', number: '83 99999-0001' });
    assert.doesNotMatch(answer.text, /Beatriz|5583/);
    const form = await app.app.voice!.attendances.forCall('c1');
    assert.equal((await app.app.voice!.attendances.find(form!.attendanceId))?.customerId, customer.id);
    assert.equal((await ask({ call_id: 'c2', number: 'anonymous' })).status, 200);
  });

  it('is shut without the token, with another, and with one that was replaced', async () => {
    for (const bearer of [null, `${token}x`, '']) {
      const answer = await ask({ call_id: 'c1' }, bearer);
      assert.deepEqual([answer.status, answer.body], [401, { error: { code: 'unauthorized' } }]);
    }
    await app.app.integration.createUraToken(SYSTEM_ACTOR, 1);
    assert.equal((await ask({ call_id: 'c1' })).status, 401);
    assert.equal(await app.app.voice!.attendances.forCall('c1'), null);
  });

  it('refuses who goes on guessing, and not the URA behind the same address', async () => {
    for (let n = 0; n < 30; n += 1) assert.equal((await ask({ call_id: 'c1' }, 'guess')).status, 401);
    const refused = await ask({ call_id: 'c1' }, 'guess');
    assert.deepEqual([refused.status, refused.body], [429, { error: { code: 'too-many' } }]);
    assert.ok(Number(refused.headers['retry-after']) > 0);
    assert.equal((await ask({ call_id: 'c1' })).status, 200);
  });

  it('says which field it cannot read', async () => {
    const cases = [
      [{}, 'call_id'],
      [{ call_id: 'a b' }, 'call_id'],
      [{ call_id: 'x'.repeat(65) }, 'call_id'],
      [{ call_id: 'c', digits: '2;3' }, 'digits'],
      [{ call_id: 'c', menu: 'm'.repeat(121) }, 'menu'],
    ] as const;
    for (const [fields, field] of cases) {
      const answer = await ask(fields);
      assert.deepEqual([answer.status, answer.body], [400, { error: { code: 'invalid', field } }]);
    }
  });

  it('answers a body it cannot read in JSON', async () => {
    const bearer = `Bearer ${token}`;
    const broken = request(app.app.server).post(PATH).type('json').set('authorization', bearer);
    const answer = await broken.send('{"call_id":');
    assert.deepEqual([answer.status, answer.body], [400, { error: { code: 'invalid' } }]);
    const missing = await request(app.app.server).get('/api/ura/nothing').set('authorization', bearer);
    assert.deepEqual([missing.status, missing.body], [404, { error: { code: 'not-found' } }]);
  });

  it('tells whether a keyed protocol exists and is open', async () => {
    const { protocol } = (await ask({ call_id: 'c1' })).body as { readonly protocol: string };
    assert.deepEqual((await look(protocol)).body, { protocol, open: true });
    assert.equal((await look(protocol).set('accept', 'text/plain')).text, 'open');
    await app.app.voice!.attendances.callEnded('c1');
    assert.deepEqual((await look(protocol)).body, { protocol, open: false });
    assert.equal((await look(protocolFor('20200101', 7))).status, 404);
    const mistyped = protocol.slice(0, -1) + String((Number(protocol.slice(-1)) + 1) % 10);
    assert.deepEqual((await look(mistyped)).body, { error: { code: 'invalid', field: 'number' } });
  });
});
