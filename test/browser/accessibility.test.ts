import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AxeResults, type RunOptions } from 'axe-core';
import { type Page, type Response } from 'playwright-core';
import { DEMO_PASSWORD } from '../../src/modules/accounts/index.js';
import { signIn, useBrowser, type Windows } from '../support/browser.js';
import {
  auditRows,
  PAGE_SAMPLES,
  SAMPLE_AT_WORK,
  SAMPLE_LOGINS,
  SAMPLE_PREPARATIONS,
  toPosted,
  type PageSample,
  type SampleFields,
  type SampleRole,
} from '../support/page-samples.js';
import { AgentPage } from './support/agent-page.js';
import { VoiceApp } from './support/voice-app.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OPTIONS: RunOptions = {
  resultTypes: ['violations'],
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
};
/** What keeps somebody from working; the rest is told by axe as advice. */
const GRAVE = ['serious', 'critical'];
/** Without these a page that is heard cannot be gone through by its headings. */
const HEADINGS = ['heading-order', 'empty-heading', 'page-has-heading-one'];
/** As many pages as a test looks at. */
const PAGES_A_TEST = 20;
const LIMIT_MS = 90_000;

interface Look {
  readonly name: string;
  readonly locale: 'pt-BR' | 'en';
  readonly colorScheme: 'light' | 'dark';
  readonly viewport: { readonly width: number; readonly height: number };
}

const LOOKS: readonly Look[] = [
  { name: 'wide, light, in Portuguese', locale: 'pt-BR', colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { name: 'narrow, dark, in English', locale: 'en', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
];
const ROLES: readonly SampleRole[] = ['nobody', 'agent', 'supervisor', 'administrator'];

/** The pages of a role, in parts that fit into the time of a test. */
const PARTS = ROLES.flatMap((role) => {
  const samples = PAGE_SAMPLES.filter(({ as }) => as === role);
  const count = Math.ceil(samples.length / PAGES_A_TEST);
  return Array.from({ length: count }, (_, n) => ({
    role,
    name: count === 1 ? role : `${role}, part ${n + 1} of ${count}`,
    samples: samples.slice(n * PAGES_A_TEST, (n + 1) * PAGES_A_TEST),
  }));
});

describe('accessibility', () => {
  const browser = useBrowser();
  let app: VoiceApp;

  before(async function () {
    this.timeout(LIMIT_MS);
    app = await VoiceApp.start();
    await app.insert('audit_entries', auditRows('2026-11-22 12:00:00.000 +00:00'));
    await browser.run('accessibility preparation', prepare);
  });
  after(async function () {
    this.timeout(60_000);
    await app.end();
  });

  for (const { role, name, samples } of PARTS) {
    for (const look of LOOKS) {
      it(`of the pages for ${name}: ${look.name}`, () =>
        browser.run(`accessibility ${name} ${look.name}`, async (windows) => {
          // Some of the pages are those of errors, which browsers tell on their console.
          windows.expectComplaint(/status of (403|404|409|410|422)/);
          const page = await windows.open(`${app.url}/sign-in`, { viewport: look.viewport });
          await page.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: 'reduce' });
          await page.context().addCookies([{ name: 'citrus-voz.locale', value: look.locale, url: app.url }]);
          await enter(page, role);
          const problems: string[] = [];
          for (const sample of samples) problems.push(...(await inspect(page, sample, look)));
          assert.ok(problems.length === 0, `the pages are not as they should be:\n${problems.join('\n')}`);
        })).timeout(LIMIT_MS);
    }
  }

  async function prepare(windows: Windows): Promise<void> {
    const { login, id } = SAMPLE_AT_WORK;
    const atWork = await AgentPage.open(windows, app.url, { id, login, password: DEMO_PASSWORD, name: login });
    await atWork.press('start-shift');
    await atWork.waitForStatus('available');
    const page = await windows.open(`${app.url}/sign-in`);
    await enter(page, 'administrator');
    for (const { path, post } of SAMPLE_PREPARATIONS) {
      const answer = await submitForm(page, path, post);
      assert.ok(answer.ok(), `${path} was prepared: ${answer.status()}`);
    }
  }

  async function enter(page: Page, role: SampleRole): Promise<void> {
    if (role === 'nobody') return;
    await signIn(page, SAMPLE_LOGINS[role], DEMO_PASSWORD);
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  }

  async function inspect(page: Page, sample: PageSample, look: Look): Promise<readonly string[]> {
    const response = await open(page, sample);
    const where = `${sample.post === undefined ? '' : 'posted '}${new URL(page.url()).pathname}${new URL(page.url()).search}`;
    const problems: string[] = [];
    const status = response?.status();
    const wanted = sample.status ?? 200;
    if (status !== wanted) return [`${where}: answers ${String(status)}, not ${String(wanted)}`];
    // Pages with a script of their own draw themselves.
    if ((await page.locator('script[src]').count()) > 1) await page.waitForLoadState('networkidle');
    const seen = await page.evaluate(() => ({
      language: document.documentElement.lang,
      theme: document.documentElement.dataset['bsTheme'],
      title: document.title.trim(),
      headings: document.querySelectorAll('h1').length,
      width: document.scrollingElement?.scrollWidth ?? 0,
    }));
    if (seen.language !== look.locale) problems.push(`${where}: is in ${seen.language}`);
    if (seen.theme !== look.colorScheme) problems.push(`${where}: is ${String(seen.theme)}`);
    if (seen.title === '') problems.push(`${where}: has no title`);
    if (seen.headings !== 1) problems.push(`${where}: has ${seen.headings} first headings`);
    if (seen.width > look.viewport.width) {
      problems.push(`${where}: is ${seen.width} pixels wide, in a window of ${look.viewport.width}`);
    }
    problems.push(...(await findings(page)).map((finding) => `${where}: ${finding}`));
    return problems;
  }

  /** From a page that carries the session's token, as its own form would. */
  async function submitForm(page: Page, path: string, fields: SampleFields): Promise<Response> {
    await page.goto(`${app.url}/`);
    // Of a form that was taken, the page it leads to.
    const answered = page.waitForResponse(
      (response) => response.request().isNavigationRequest() && response.status() !== 303,
    );
    await page.evaluate(submit, { path, fields: toPosted(fields) });
    const response = await answered;
    await page.waitForURL(response.url(), { waitUntil: 'load' });
    return response;
  }

  async function open(page: Page, { path, link, post }: PageSample): Promise<Response | null> {
    const response = post === undefined ? await page.goto(`${app.url}${path}`) : await submitForm(page, path, post);
    if (link === undefined) return response;
    const href = link.exec(await page.content())?.[1];
    assert.ok(href, `there is no link ${String(link)} on ${path}`);
    return page.goto(`${app.url}${href.replaceAll('&amp;', '&')}`);
  }
});

/** What axe has against the page as it is now. */
async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (options) => (globalThis as unknown as { axe: { run(o: unknown): Promise<AxeResults> } }).axe.run(options),
    OPTIONS,
  );
  return violations
    .filter(({ id, impact }) => GRAVE.includes(impact ?? '') || HEADINGS.includes(id))
    .map(({ id, help, nodes }) => {
      const [first] = nodes;
      const more = nodes.length > 1 ? `, and ${nodes.length - 1} more` : '';
      return `${id} (${help}) at ${first!.target.join(' ')}${more}: ${first!.html.slice(0, 200)}`;
    });
}

/** Runs in the page. */
function submit(posted: { readonly path: string; readonly fields: ReturnType<typeof toPosted> }): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = posted.path;
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? '';
  for (const [name, value] of [...posted.fields, ['_csrf', token] as const]) {
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}
