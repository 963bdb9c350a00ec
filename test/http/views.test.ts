import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import express from 'express';
import { DEMO_SIGN_INS, seedDemo } from '../../seeders/index.js';
import { protocolFor } from '../../src/modules/attendances/index.js';
import { DEMO_PASSWORD, Passwords } from '../../src/modules/accounts/index.js';
import { createPlatform, testPlatform } from '../../src/wiring/platforms.js';
import { paths } from '../../src/platform/paths.js';
import { LOCALES, messages, type Locale } from '../../src/shared/i18n/messages.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';
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

/** Views by name, without the parts that are for everyone. */
const views = readdirSync(paths.views, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ejs') && !file.startsWith('partials'))
  .map((file) => ({ name: file.slice(0, -'.ejs'.length), text: readFileSync(path.join(paths.views, file), 'utf8') }));
/** A page brings its own head; the others are pieces of pages. */
const isPage = ({ text }: { readonly text: string }): boolean => text.includes("include('../partials/header'");

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What a view writes when something it was to show is not there, or is a key instead of a sentence. */
const NONSENSE = new RegExp(`undefined|\\[object |NaN|\\b(?:${Object.keys(messages.en).join('|')}):[a-z]`);

describe('views', () => {
  let app: Harness;
  let drawn: string[];
  const visitors = new Map<SampleRole, Visitor>();
  // What every response inherits; it is put back afterwards.
  const responses = express.response as unknown as {
    render: (this: unknown, view: string, ...rest: readonly unknown[]) => void;
  };
  const { render } = responses;

  before(async function () {
    this.timeout(60_000);
    const passwords = new Passwords({ cost: { memoryCost: 1024, timeCost: 2, parallelism: 1 } });
    app = await startApp({
      env: { DEMO: 'true' },
      demoSignIns: DEMO_SIGN_INS,
      prepare: async (db) => {
        await seedDemo(db, {
          now: () => Date.now(),
          timeZone: 'America/Sao_Paulo',
          isProduction: false,
          hashPassword: (password) => passwords.hash(password),
          protocolFor,
        });
        const rows = auditRows(db.dialect === 'sqlite' ? '2026-11-22 12:00:00.000 +00:00' : '2026-11-22 12:00:00.000');
        await db.write(async (transaction) => {
          for (const row of rows)
            await db.sequelize.getQueryInterface().insert(null, 'audit_entries', row, { transaction });
        });
      },
      telephony: createPlatform,
      testConnection: testPlatform,
    });
    for (const [role, login] of Object.entries(SAMPLE_LOGINS)) {
      visitors.set(role as SampleRole, await app.signIn(login, DEMO_PASSWORD));
    }
    visitors.set('nobody', app.visitor());
    for (const { path: where, post } of SAMPLE_PREPARATIONS) {
      const answer = await submit(visitors.get('administrator')!, where, post);
      assert.equal(answer.status, 303, `${where} is prepared: ${answer.text}`);
    }
    await app.app.voice!.centre.startShift(SAMPLE_AT_WORK.id);
    responses.render = function (view, ...rest) {
      drawn.push(view);
      render.call(this, view, ...rest);
    };
  });
  beforeEach(() => {
    drawn = [];
  });
  after(async () => {
    responses.render = render;
    await app[Symbol.asyncDispose]();
  });

  async function speak(visitor: Visitor, locale: Locale): Promise<void> {
    assert.equal((await visitor.post('/locale', { locale })).status, 303);
  }

  async function submit(visitor: Visitor, where: string, fields: SampleFields): Promise<Answer> {
    const body = new URLSearchParams([['_csrf', await visitor.csrfToken()]]);
    for (const [name, value] of toPosted(fields)) body.append(name, value);
    return visitor.agent.post(where).type('form').send(body.toString());
  }

  async function open(sample: PageSample): Promise<Answer> {
    const visitor = visitors.get(sample.as)!;
    const first =
      sample.post === undefined ? await visitor.get(sample.path) : await submit(visitor, sample.path, sample.post);
    if (sample.link === undefined) return first;
    assert.equal(first.status, 200, `${sample.path} leads on`);
    const href = sample.link.exec(first.text)?.[1];
    assert.ok(href, `there is no link ${String(sample.link)} on ${sample.path}`);
    return visitor.get(href.replaceAll('&amp;', '&'));
  }

  it('are each drawn by a sample', () => {
    const sampled = new Set(PAGE_SAMPLES.map(({ view }) => view));
    const without = views.filter((view) => isPage(view) && !sampled.has(view.name)).map(({ name }) => name);
    assert.deepEqual(without, [], `no sample draws ${without.join(', ')}: add a line to test/support/page-samples.ts`);
    const gone = [...sampled].filter((name) => !views.some((view) => view.name === name));
    assert.deepEqual(gone, [], `there is no view ${gone.join(', ')}: take it out of test/support/page-samples.ts`);
  });

  it('that are pieces of pages are all used', () => {
    const pages = views.map(({ text }) => text).join('\n');
    for (const { name } of views.filter((view) => !isPage(view))) {
      const used = new RegExp(`include\\('(?:[^']*/)?${path.basename(name)}'`);
      assert.match(pages, used, `no view includes ${name}`);
    }
  });

  for (const locale of LOCALES) {
    for (const sample of PAGE_SAMPLES) {
      const { view, status = 200, as } = sample;
      const way = `${sample.link === undefined ? '' : 'from '}${sample.post === undefined ? '' : 'posted to '}${sample.path}`;
      it(`draw ${view}, ${way}, in ${locale} for ${as}`, async () => {
        await speak(visitors.get(as)!, locale);
        drawn = [];
        const answer = await open(sample);
        assert.equal(answer.status, status);
        assert.equal(drawn.at(-1), view, 'this view is drawn');
        assert.ok(answer.text.includes(`<html lang="${locale}"`), 'in this language');
        assert.match(answer.text, /<title>[^<]*\S[^<]* · Citrus Voz<\/title>/);
        assert.equal(answer.text.match(/<h1[\s>]/g)?.length, 1, 'one heading of the page');
        const ids = [...answer.text.matchAll(/\sid="([^"]*)"/g)].map((found) => found[1]!);
        assert.deepEqual(
          ids.filter((id, n) => ids.indexOf(id) !== n),
          [],
          'each id once',
        );
        const shown = answer.text.replaceAll(/<script[\s\S]*?<\/script>|<[^>]+>/g, ' ');
        assert.doesNotMatch(shown, NONSENSE);
      });
    }
  }
});
