import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BuiltAssets, buildAssets } from '../../../src/platform/assets/build.js';

describe('built assets', () => {
  let folder = '';
  let built: BuiltAssets;
  before(async function () {
    this.timeout(60_000);
    folder = await mkdtemp(path.join(tmpdir(), 'citrus-assets-'));
    built = await buildAssets(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('have a script and a style sheet for each page that needs one', async () => {
    const names = await readdir(folder);
    for (const name of ['agent-page.js', 'customer-phone-page.js', 'desk.css', 'customer-phone.css', 'icons.svg']) {
      assert.ok(names.includes(name), name);
    }
  });

  it('keep the server’s schemas out of the browser', async () => {
    for (const { name } of built.files.filter((file) => file.name.endsWith('.js'))) {
      const text = await readFile(path.join(folder, name), 'utf8');
      assert.doesNotMatch(text, /ZodError|_zod/, name);
    }
  });

  it('hold each icon that is used, and no other', async () => {
    const sprite = await readFile(path.join(folder, 'icons.svg'), 'utf8');
    const held = [...sprite.matchAll(/<symbol id="tabler-([a-z0-9-]+)"/g)].map(([, name]) => name);
    assert.deepEqual(held, [...built.icons]);
    for (const name of ['phone', 'microphone-off', 'headset']) assert.ok(held.includes(name), name);
  });
});
