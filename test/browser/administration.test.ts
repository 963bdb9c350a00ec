import assert from 'node:assert/strict';
import { type Page } from 'playwright-core';
import { FakeTelephony } from '../support/fake-telephony.js';
import { signIn, useBrowser } from '../support/browser.js';
import { startApp, TEST_PASSWORD, type Harness } from '../support/harness.js';

const ACTOR = { userId: null, name: 'Teste', address: null };

describe('administration in a browser', function () {
  this.timeout(60_000);
  const browser = useBrowser();
  let app: Harness;

  beforeEach(async () => {
    const telephony = new FakeTelephony();
    telephony.directoryAnswer = { users: [], queues: [], pauseReasons: ['Almoço', 'Banheiro'] };
    app = await startApp({ telephony: () => ({ telephony }) });
    await app.aUser({ login: 'admin' });
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  const selectedTab = (page: Page): Promise<string> => page.locator('[role=tab][aria-selected=true]').innerText();

  it('goes through the tabs of a profile by keyboard, and saves what was ticked in all of them', async function () {
    await browser.run(this.test!.fullTitle(), async (windows) => {
      const page = await windows.open(`${app.url}/admin/profiles/new`);
      await signIn(page, 'admin', TEST_PASSWORD);
      await page.locator('#name').fill('Noite');
      assert.match(await selectedTab(page), /^Administração\s*0 de 3$/);
      assert.equal(await page.locator('[role=tabpanel]:visible').count(), 1);
      await page.locator('[role=tab]').first().focus();
      await page.keyboard.press('ArrowRight');
      assert.match(await selectedTab(page), /^Usuários/);
      await page.getByLabel('Listar usuários').check();
      await page.locator('[role=tab][aria-selected=true]').focus();
      for (const key of ['End', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
      assert.match(await selectedTab(page), /^Supervisão/);
      assert.equal(await page.locator('[role=tab][tabindex="0"]').count(), 1, 'one stop for the tab key');
      await page.getByRole('button', { name: 'Selecionar todos' }).click();
      assert.match(await selectedTab(page), /13 de 13/);
      await page.getByLabel('Relatórios').uncheck();
      await page.getByRole('button', { name: 'Salvar' }).click();
      await page.waitForURL(/\/admin\/profiles\/\d+$/);
      const [profile] = await app.app.profiles.list('noite');
      const stored = await app.app.profiles.find(profile?.id ?? 0);
      assert.ok(stored !== null);
      assert.ok(stored.permissions.has('users.list'));
      assert.ok(stored.permissions.has('monitoring') && !stored.permissions.has('reports'));
      assert.equal(stored.permissions.size, 13);
    });
  });

  it('moves a reason by keyboard again and again, and takes the exchange’s spelling with one click', async function () {
    for (const name of ['almoco', 'Banheiro', 'Reunião']) {
      await app.app.reasons.create('pause', { name, timeLimitSeconds: null, isProductive: false }, ACTOR);
    }
    await browser.run(this.test!.fullTitle(), async (windows) => {
      const page = await windows.open(`${app.url}/admin/reasons`);
      await signIn(page, 'admin', TEST_PASSWORD);
      await page.getByLabel('Mover almoco para baixo').focus();
      const names = (): Promise<readonly string[]> => page.locator('[data-testid=reason] th a').allInnerTexts();
      for (const order of [
        ['Banheiro', 'almoco', 'Reunião'],
        ['Banheiro', 'Reunião', 'almoco'],
      ]) {
        await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
        assert.deepEqual(await names(), order);
        await page.locator('button:focus').waitFor();
      }
      assert.equal(await page.locator('button:focus').getAttribute('aria-label'), 'Mover almoco para cima');
      await page.getByRole('button', { name: 'Usar “Almoço”' }).click();
      await page.getByText('“Almoço” foi salvo.').waitFor();
    });
  });
});
