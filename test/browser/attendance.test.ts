import assert from 'node:assert/strict';
import { eventually } from '../support/wait.js';
import { AgentPage } from './support/agent-page.js';
import { SERVER_AWAY, talk, useJourneys } from './support/journeys.js';

const BACK_MS = 30_000;

async function isSaved(agent: AgentPage): Promise<void> {
  await agent.page.locator('[data-testid="attendance-saved"][data-state="clean"]').waitFor({ timeout: BACK_MS });
}

/** Another tab of the same browser; it follows along. */
async function anotherTab(agent: AgentPage, url: string): Promise<AgentPage> {
  const page = await agent.page.context().newPage();
  await page.goto(`${url}/desk`);
  const tab = new AgentPage(page, 'another tab');
  await tab.button('attendance-description').waitFor({ timeout: BACK_MS });
  return tab;
}

const description = (agent: AgentPage): Promise<string> => agent.button('attendance-description').inputValue();

describe('the record of an attendance', () => {
  const journey = useJourneys();

  journey('is there after a reload, and is not finished without an outcome', async (app, windows) => {
    const { agent, customer } = await talk(app, windows);
    await agent.choose('subject');
    const subject = await agent.chosen('subject');
    await agent.button('attendance-kind-confidential').check();
    await agent.button('attendance-description').fill('Pediu a segunda via.');
    agent.page.on('dialog', (dialog) => void dialog.accept());
    await agent.page.reload();
    await agent.waitForStatus('talking', { timeout: BACK_MS });
    await agent.button('attendance-description').waitFor({ timeout: BACK_MS });
    assert.equal(await description(agent), 'Pediu a segunda via.');
    assert.equal(await agent.chosen('subject'), subject);
    assert.ok(await agent.button('attendance-kind-confidential').isChecked());
    await isSaved(agent);

    const spoken = (await agent.button('record-protocol').getAttribute('aria-label')) ?? '';
    const digits = (await agent.page.locator('#protocol-digits').textContent()) ?? '';
    assert.equal(spoken.replace(/\D/g, ''), digits.replace(/\D/g, ''));
    assert.match(spoken, /(\d ){14}\d$/);

    await agent.press('hang-up');
    await customer.waitForState('ended');
    await agent.waitForStatus('wrap-up');
    await agent.press('finish-wrap-up');
    await agent.page
      .locator('#attendance-outcome-error')
      .filter({ hasText: /desfecho/ })
      .waitFor();
    assert.equal(await agent.page.evaluate(() => document.activeElement?.id), 'attendance-outcome');
    await agent.waitForStatus('wrap-up');
    await agent.choose('outcome');
    await agent.press('finish-wrap-up');
    await agent.waitForStatus('available');
    const record = await app.lastAttendance();
    assert.deepEqual(
      [record.state, record.kind, record.subject, record.description],
      ['finished', 'confidential', subject, 'Pediu a segunda via.'],
    );
    assert.notEqual(record.outcome, '');
  });

  journey('is followed by a second tab, and neither overwrites the other unasked', async (app, windows) => {
    const { agent } = await talk(app, windows);
    const tab = await anotherTab(agent, app.url);
    await agent.button('attendance-description').fill('Da primeira aba.');
    await isSaved(agent);
    await eventually('the second tab to follow', async () => (await description(tab)) === 'Da primeira aba.');

    windows.expectComplaint(SERVER_AWAY);
    // The second tab does not hear of what the first one saves.
    const wake = await tab.freeze();
    await agent.button('attendance-description').fill('Da primeira aba, e mais.');
    await isSaved(agent);
    await wake();
    await eventually('it to follow again', async () => (await description(tab)) === 'Da primeira aba, e mais.');

    // Both type at once: the later save finds the earlier.
    await Promise.all([
      agent.button('attendance-description').fill('Escrito na primeira.'),
      tab.button('attendance-description').fill('Escrito na segunda.'),
    ]);
    const conflicted = async (one: AgentPage): Promise<boolean> => one.button('attendance-conflict').isVisible();
    await eventually('one of them to be asked', async () => (await conflicted(agent)) || (await conflicted(tab)));
    const [asked, other] = (await conflicted(agent)) ? [agent, tab] : [tab, agent];
    const [mine, theirs] = [await description(asked), await description(other)];
    assert.notEqual(mine, theirs);
    await asked.button('attendance-conflict').getByText(theirs).waitFor();
    assert.equal((await app.lastAttendance()).description, theirs);
    await asked.press('conflict-mine');
    await eventually('the other to follow', async () => (await description(other)) === mine);
    assert.equal((await app.lastAttendance()).description, mine);
    assert.equal(await conflicted(asked), false);
  });

  journey('is kept while the server is away, said so, and sent when it is back', async (app, windows) => {
    const { agent } = await talk(app, windows);
    await agent.button('attendance-description').fill('Antes.');
    await isSaved(agent);
    windows.expectComplaint(SERVER_AWAY);
    await app.stop();
    await agent.button('attendance-description').fill('Digitado sem servidor.');
    await agent
      .button('attendance-saved')
      .filter({ hasText: /Guardado nesta aba/ })
      .waitFor({ timeout: BACK_MS });
    await app.startAgain();
    await isSaved(agent);
    assert.equal(await description(agent), 'Digitado sem servidor.');
    assert.equal((await app.lastAttendance()).description, 'Digitado sem servidor.');
  });
});
