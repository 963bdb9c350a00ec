import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type SoftphoneCredentials } from '../../src/shared/desk.js';
import { eventually } from '../support/eventually.js';
import { ANA, ExchangeRig, SALES } from '../support/exchange-rig.js';
import { type MediaPhone } from '../support/media-page.js';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--no-sandbox',
  '--disable-background-networking',
];

declare global {
  var phone: MediaPhone;
}

/** The one question that phones without media cannot answer: whether people hear each other. */
describe('built-in exchange: audio between two browsers', function () {
  this.timeout(60_000);
  let browser: Browser;
  let script: string;
  let rig: ExchangeRig;
  let agent: Page;
  let customer: Page;

  before(async function () {
    if (!existsSync(CHROMIUM)) this.skip();
    const entry = path.join(import.meta.dirname, '../support/media-page.ts');
    const bundle = await build({ entryPoints: [entry], bundle: true, write: false, format: 'iife', target: 'es2023' });
    script = bundle.outputFiles[0]?.text ?? '';
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  });
  after(async () => {
    // Unset when there is no Chromium to run.
    await (browser as Browser | undefined)?.close();
  });
  beforeEach(async () => {
    rig = await ExchangeRig.start();
    rig.server.removeAllListeners('request');
    rig.server.on('request', (request, response) => {
      const isScript = request.url === '/phone.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
      response.end(isScript ? script : '<!doctype html><body><script src="/phone.js"></script>');
    });
    agent = await open();
    customer = await open();
    await register(agent, await rig.exchange.softphoneCredentials('1001'));
    await register(customer, await rig.exchange.customerLineCredentials(ANA));
    await rig.exchange.logIn(SALES.name, '1001');
  });
  afterEach(async () => {
    await agent.context().close();
    await customer.context().close();
    await rig[Symbol.asyncDispose]();
  });

  async function open(): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(rig.url.replace('ws', 'http'));
    return page;
  }

  const register = (page: Page, credentials: SoftphoneCredentials): Promise<void> =>
    page.evaluate((given) => globalThis.phone.register(given), credentials);

  const state = (page: Page): Promise<string> => page.evaluate(() => globalThis.phone.state());

  async function accept(page: Page): Promise<void> {
    await eventually('the phone to ring', async () => (await state(page)) === 'Initial', 15_000);
    await page.evaluate(() => globalThis.phone.accept());
    await eventually('the call', async () => (await state(page)) === 'Established', 15_000);
  }

  /** Both hear the other: packets with sound in them go on coming in. */
  async function hearEachOther(): Promise<void> {
    for (const page of [agent, customer]) {
      const received = (): ReturnType<MediaPhone['received']> => page.evaluate(() => globalThis.phone.received());
      let before = await received();
      await eventually(
        'sound to come in',
        async () => {
          await sleep(300);
          const now = await received();
          const heard = now.packets >= before.packets + 5 && now.energy > before.energy;
          before = now;
          return heard;
        },
        15_000,
      );
    }
  }

  it('is heard both ways in a queue call, after hold, and after the agent reloads', async () => {
    await customer.evaluate((number) => globalThis.phone.call(number), SALES.number);
    await accept(agent);
    await hearEachOther();
    await agent.evaluate(() => globalThis.phone.hold(true));
    await rig.event('call-held');
    // The exchange tells of the hold before the page has heard that it may ask for the next change.
    await eventually('the hold to be asked back', () =>
      agent.evaluate(() =>
        globalThis.phone.hold(false).then(
          () => true,
          () => false,
        ),
      ),
    );
    await rig.event('call-resumed');
    await hearEachOther();
    await agent.reload();
    await rig.event('call-held', 2);
    await register(agent, await rig.exchange.softphoneCredentials('1001'));
    await accept(agent);
    assert.equal(await agent.evaluate(() => globalThis.phone.resumed()), true);
    await rig.event('call-resumed', 2);
    await hearEachOther();
    await customer.evaluate(() => globalThis.phone.hangUp());
    await eventually('the end', async () => (await state(agent)) === 'Terminated', 15_000);
  });

  it('is heard both ways in a dialled call, and after the customer reloads', async () => {
    await rig.exchange.dial({
      callId: 'd1',
      extension: '1001',
      number: ANA,
      direction: 'callback',
      autoAnswer: true,
      agentRingSeconds: 30,
      customerRingSeconds: 60,
    });
    await accept(agent);
    await accept(customer);
    await hearEachOther();
    await customer.reload();
    await rig.event('call-held');
    await register(customer, await rig.exchange.customerLineCredentials(ANA));
    await accept(customer);
    await rig.event('call-resumed');
    await hearEachOther();
    await agent.evaluate(() => globalThis.phone.hangUp());
    await eventually('the end', async () => (await state(customer)) === 'Terminated', 15_000);
  });
});
