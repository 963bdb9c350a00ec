import assert from 'node:assert/strict';
import { AgentPage } from './support/agent-page.js';
import { bothHear, SERVER_AWAY, talk, useJourneys } from './support/journeys.js';

/** A page that comes back has to load, register and be given its call. */
const BACK_MS = 30_000;

describe('a call survives', () => {
  const journey = useJourneys();

  journey('the crash of its tab: a new one has it, with the record and sound both ways', async (app, windows) => {
    const { agent, customer } = await talk(app, windows);
    await agent.button('attendance-description').fill('Contou o problema inteiro.');
    await agent
      .button('attendance-saved')
      .filter({ hasText: /salvo \d/ })
      .waitFor();
    windows.expectComplaint(/^crashed: /);
    const context = agent.page.context();
    const devTools = await context.newCDPSession(agent.page);
    const crashed = agent.page.waitForEvent('crash');
    // The answer never comes: the one who would give it is gone.
    devTools.send('Page.crash').catch(() => undefined);
    await crashed;
    // With music, until somebody is there again.
    await customer.waitForState('held', { timeout: BACK_MS });

    const page = await context.newPage();
    await page.goto(`${app.url}/desk`);
    const again = new AgentPage(page, app.agent.name);
    await again.waitForStatus('talking', { timeout: BACK_MS });
    await again.card.getByText(app.customer.name).waitFor();
    await bothHear(again, customer);
    assert.equal(await again.button('attendance-description').inputValue(), 'Contou o problema inteiro.');
    await again.press('hang-up');
    await customer.waitForState('ended');
    assert.equal(await app.countCalls(), 1, 'it is still the same call');
  });

  journey('a network that is away for a while, and sounds both ways when it is back', async (app, windows) => {
    const { agent, customer } = await talk(app, windows);
    windows.expectComplaint(SERVER_AWAY);
    await agent.page.context().setOffline(true);
    await agent.banner.getByText(/Sem conexão com o servidor/).waitFor({ timeout: BACK_MS });
    await agent.page.context().setOffline(false);
    await agent.banner.getByText(/Sem conexão com o servidor/).waitFor({ state: 'detached', timeout: BACK_MS });
    await agent.waitForStatus('talking', { timeout: BACK_MS });
    await bothHear(agent, customer);
    await agent.press('hang-up');
    await customer.waitForState('ended');
    assert.equal(await app.countCalls(), 1, 'it is still the same call');
    const { endedBy, endCause } = await app.lastEndedCall();
    assert.deepEqual([endedBy, endCause], ['agent', 'hung-up']);
  });

  journey('a stop and a start of the server, and is heard all the while', async (app, windows) => {
    const { agent, customer } = await talk(app, windows);
    windows.expectComplaint(SERVER_AWAY);
    await app.stop();
    await agent.banner.getByText(/Sem conexão com o servidor/).waitFor();
    await bothHear(agent, customer);
    await app.startAgain();
    await agent.banner.getByText(/Sem conexão com o servidor/).waitFor({ state: 'detached', timeout: BACK_MS });
    await agent.waitForStatus('talking', { timeout: BACK_MS });
    await bothHear(agent, customer);
    await agent.press('hang-up');
    await customer.waitForState('ended');
    assert.equal(await app.countCalls(), 1, 'it is still the same call');
  });
});
