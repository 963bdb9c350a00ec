import assert from 'node:assert/strict';
import { useBrowser, type Windows } from '../support/browser.js';
import { eventually } from '../support/wait.js';
import { AgentPage } from './support/agent-page.js';
import { Board } from './support/board.js';
import { CustomerPhone } from './support/customer-phone.js';
import { VoiceApp } from './support/voice-app.js';

/** What a page may say while the server it talks to is not there for it. */
const SERVER_AWAY = /WebSocket|ERR_|Failed to load resource|sip\./i;
/** The promise is that a page that goes silent is noticed within this. */
const NOTICED_MS = 10_000;

describe('one phone', () => {
  const browser = useBrowser();

  function journey(title: string, body: (app: VoiceApp, windows: Windows) => Promise<void>): void {
    it(title, async () => {
      const app = await VoiceApp.start();
      try {
        await browser.run(title, (windows) => body(app, windows));
      } catch (error) {
        const logged = await app.abandon();
        throw new Error([(error as Error).message, ...logged].join('\n'), { cause: error });
      }
      await app.end();
    });
  }

  async function open(app: VoiceApp, windows: Windows): Promise<AgentPage> {
    const agent = await AgentPage.open(windows, app.url, app.agent);
    await agent.startWork(app.queue.id);
    return agent;
  }

  /** A customer's call, answered at `agent`, with both hearing each other. */
  async function talk(app: VoiceApp, windows: Windows, agent: AgentPage): Promise<CustomerPhone> {
    const customer = await CustomerPhone.open(windows, app.url, app.customer.number);
    await customer.callQueue(app.queue.number);
    await agent.waitForStatus('offered');
    await agent.press('accept');
    await agent.waitForStatus('talking');
    await Promise.all([agent.hears(), customer.hears()]);
    return customer;
  }

  journey(
    'another tab of the browser takes it at once, in a call too, and the call is heard there',
    async (app, windows) => {
      const first = await open(app, windows);
      const customer = await talk(app, windows, first);
      const second = new AgentPage(await windows.openTab(first.page, `${app.url}/desk`), app.agent.name);
      await second.waitForStatus('talking');
      await second.bannerOf('other-page').getByRole('button', { name: 'Usar aqui' }).click();
      await first.bannerOf('other-page').waitFor();
      await Promise.all([second.hears(), customer.hears()]);
      assert.equal(await app.countCalls(), 1, 'it is still the same call');
      await second.press('hang-up');
      await customer.waitForState('ended');
    },
  );

  journey('another computer asks, is refused, asks again and is let, in a call', async (app, windows) => {
    const office = await open(app, windows);
    const customer = await talk(app, windows, office);
    const home = await AgentPage.open(windows, app.url, app.agent);
    await home.waitForStatus('talking');

    await home.bannerOf('other-computer').getByRole('button', { name: 'Pedir para usar aqui' }).click();
    await home.bannerOf('phone-waiting').waitFor();
    await office
      .bannerOf('phone-asked')
      .getByText(/a ligação vai junto/)
      .waitFor();
    await office.press('deny-phone');
    await home.bannerOf('phone-refused').waitFor();
    await office.bannerOf('phone-asked').waitFor({ state: 'detached' });
    await Promise.all([office.hears(), customer.hears()]);

    await home.bannerOf('phone-refused').getByRole('button', { name: 'Pedir de novo' }).click();
    await office.press('allow-phone');
    await office.bannerOf('other-computer').waitFor();
    await Promise.all([home.hears(), customer.hears()]);
    assert.equal(await app.countCalls(), 1, 'it is still the same call');
    await home.press('hang-up');
    await customer.waitForState('ended');
    await home.finishWrapUp('Segunda via', 'Atendido de casa.');
  });

  journey('another computer that gets no answer may take it when the time is up', async (app, windows) => {
    const office = await open(app, windows);
    const home = await AgentPage.open(windows, app.url, app.agent);
    await home.bannerOf('other-computer').getByRole('button').click();
    await home.bannerOf('phone-waiting').waitFor();
    const useHere = home.bannerOf('phone-unanswered').getByRole('button', { name: 'Usar aqui' });
    await useHere.click({ timeout: 30_000 });
    await office.bannerOf('other-computer').waitFor();
    await home.waitForStatus('available', { timeout: 20_000 });
    await talk(app, windows, home);
  });

  journey('the phone is free after the shift: another computer starts its own without asking', async (app, windows) => {
    const office = await open(app, windows);
    await office.press('end-shift');
    await office.waitForStatus('offline');
    const home = await AgentPage.open(windows, app.url, app.agent);
    await home.startWork(app.queue.id);
    await office.bannerOf('other-computer').waitFor();
  });

  journey('a page that is frozen is noticed, offered nothing, and told so when it is back', async (app, windows) => {
    const agent = await open(app, windows);
    const board = await Board.open(windows, app.url, app.supervisor);
    await board.waitForAgent(app.agent.id, 'available');
    windows.expectComplaint(SERVER_AWAY);
    const frozenAt = Date.now();
    const thaw = await agent.freeze();
    const lost = await eventually(
      'the server to notice the silence',
      async () => (await app.storedAgent(app.agent.id)).blockers.find(({ kind }) => kind === 'no-page'),
      { limitMs: 30_000 },
    );
    assert.ok(lost.since - frozenAt <= NOTICED_MS, `noticed after ${String(lost.since - frozenAt)} ms`);
    await board.waitForAgent(app.agent.id, 'unreachable');
    await board.agent(app.agent.id).getByText('Página sem resposta').waitFor();
    const customer = await CustomerPhone.open(windows, app.url, app.customer.number);
    await customer.callQueue(app.queue.number);
    await customer.waitForState('queued');
    assert.equal((await app.lastCall()).state, 'waiting', 'nobody is there to take it');

    await thaw();
    await agent
      .bannerOf('was-silent')
      .getByText(/parou de responder/)
      .waitFor({ timeout: 30_000 });
    await agent.waitForStatus('offered', { timeout: 30_000 });
    await agent.press('accept');
    await agent.waitForStatus('talking');
    await Promise.all([agent.hears(), customer.hears()]);
    await agent.press('silence-seen');
    await agent.bannerOf('was-silent').waitFor({ state: 'detached' });
  });
});
