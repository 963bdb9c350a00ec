import assert from 'node:assert/strict';
import { startApp, TEST_PASSWORD, type Harness } from '../support/harness.js';

describe('signing in', () => {
  let app: Harness;
  beforeEach(async () => {
    app = await startApp();
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  it('with the right password opens the wanted page', async () => {
    await app.aUser({ login: 'Ana', name: 'Ana Souza' });
    const visitor = app.visitor();
    const answer = await visitor.post('/sign-in', {
      login: ' ana ',
      password: TEST_PASSWORD,
      next: '/admin/users?q=a',
    });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers['location'], '/admin/users?q=a');
    const page = await visitor.get('/').expect(200);
    assert.match(page.text, /Olá, Ana/);
  });
});
