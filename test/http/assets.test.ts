import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import request from 'supertest';
import { paths } from '../../src/platform/paths.js';
import { startApp, type Harness } from '../support/harness.js';

const STYLE = 'body { color: black }\n'.repeat(500);

describe('files of pages', () => {
  const known = paths.public;
  let folder: string;
  let app: Harness;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'citrus-voz-public-'));
    mkdirSync(path.join(folder, 'build'));
    writeFileSync(path.join(folder, 'build', 'theme.css'), STYLE);
    writeFileSync(path.join(folder, 'icon.svg'), '<svg/>');
    Object.assign(paths, { public: folder });
    app = await startApp();
  });
  afterEach(async () => {
    Object.assign(paths, { public: known });
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  for (const encoding of ['br', 'gzip']) {
    it(`come compressed with ${encoding} to those who take it`, async () => {
      const answer = await request(app.url).get('/build/theme.css').set('Accept-Encoding', encoding).expect(200);
      assert.equal(answer.headers['content-encoding'], encoding);
      assert.match(String(answer.headers['content-type']), /text\/css/);
      assert.ok(Number(answer.headers['content-length']) < STYLE.length / 10);
      assert.equal(answer.text, STYLE);
    });
  }

  it('come as they are to others', async () => {
    const answer = await request(app.url).get('/build/theme.css').set('Accept-Encoding', 'identity').expect(200);
    assert.equal(answer.headers['content-encoding'], undefined);
    assert.equal(answer.text, STYLE);
  });

  it('are kept for good under the address that pages name, and asked for anew under another', async () => {
    const page = await app.visitor().get('/sign-in');
    const url = /href="(\/build\/theme\.css\?v=[0-9a-f]+)"/.exec(page.text)?.[1];
    assert.ok(url);
    const named = await request(app.url).get(url).expect(200);
    assert.match(String(named.headers['cache-control']), /immutable/);
    const plain = await request(app.url).get('/build/theme.css').expect(200);
    assert.equal(plain.headers['cache-control'], 'no-cache');
    await request(app.url).get('/build/theme.css').set('If-None-Match', String(plain.headers['etag'])).expect(304);
    assert.equal((await request(app.url).get('/icon.svg')).headers['cache-control'], 'no-cache');
  });

  it('cannot be asked for outside their folder', async () => {
    for (const url of [
      '/build/..%2f..%2fpackage.json',
      '/build/%2e%2e/secret.js',
      '/build/none.css',
      '/../package.json',
    ]) {
      await request(app.url).get(url).expect(404);
    }
  });
});
