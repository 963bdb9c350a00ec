import assert from 'node:assert/strict';
import { useBrowser, type Windows } from '../support/browser.js';
import { AgentPage } from './support/agent-page.js';
import { Board } from './support/board.js';
import { CustomerPhone } from './support/customer-phone.js';
import { VoiceApp } from './support/voice-app.js';

describe('states of an agent, as they are seen', () => {
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

  async function open(app: VoiceApp, windows: Windows): Promise<{ agent: AgentPage; customer: CustomerPhone }> {
    const agent = await AgentPage.open(windows, app.url, app.agent);
    await agent.startWork(app.queue.id);
    const customer = await CustomerPhone.open(windows, app.url, app.customer.number);
    return { agent, customer };
  }

  journey('calls that are not taken pause the agent, who reads why, and comes back', async (app, windows) => {
    const { agent, customer } = await open(app, windows);
    const board = await Board.open(windows, app.url, app.supervisor);
    await customer.callQueue(app.queue.number);
    for (let turn = 0; turn < 2; turn += 1) {
      await agent.waitForStatus('offered', { timeout: 30_000 });
      await agent.press('reject');
      await agent.status.and(agent.page.locator(':not([data-status="offered"])')).waitFor();
    }
    await agent.waitForStatus('paused');
    await agent.bannerOf('missed').getByText('Você não atendeu 2 chamadas seguidas e foi pausado.').waitFor();
    await agent.blocker('missed').waitFor();
    await board.waitForAgent(app.agent.id, 'paused');
    await board.agent(app.agent.id).getByText('Chamadas não atendidas').waitFor();
    assert.equal((await app.lastCall()).state, 'waiting', 'the customer is still in the queue');

    await agent.bannerOf('missed').getByRole('button', { name: 'Voltar' }).click();
    await agent.bannerOf('missed').waitFor({ state: 'detached' });
    await agent.waitForStatus('offered', { timeout: 30_000 });
    await agent.press('accept');
    await agent.waitForStatus('talking');
    await customer.waitForState('talking');
  });

  journey(
    'a pause asked for in a call waits in sight, can be taken back, and begins after the wrap-up',
    async (app, windows) => {
      const { agent, customer } = await open(app, windows);
      await customer.callQueue(app.queue.number);
      await agent.waitForStatus('offered');
      await agent.press('accept');
      await agent.waitForStatus('talking');

      await agent.pause('Almoço');
      await agent.blocker('next-pause').getByText('Pausa Almoço depois desta ligação').waitFor();
      await agent.press('drop-pause');
      await agent.blocker('next-pause').waitFor({ state: 'detached' });
      await agent.pause('Almoço');
      await agent.blocker('next-pause').waitFor();
      await customer.hangUp();
      await agent.waitForStatus('wrap-up');
      await agent.page.getByText(/pós-atendimento termina em/).waitFor();
      await agent.blocker('next-pause').waitFor();

      windows.expectComplaint(/WebSocket|ERR_|Failed to load resource|sip\./i);
      await app.stop();
      await app.startAgain();
      await agent.blocker('next-pause').waitFor({ timeout: 30_000 });
      await agent.waitForStatus('wrap-up');
      await agent.choose('outcome');
      await agent.press('finish-wrap-up');
      await agent.waitForStatus('paused');
      await agent.status.getByText('Em pausa: Almoço').waitFor();
      await agent.blocker('paused').waitFor();
      await agent.press('resume');
      await agent.waitForStatus('available');
    },
  );
});
