import assert from 'node:assert/strict';
import { type Page } from 'playwright-core';
import { AgentPage } from './support/agent-page.js';
import { CustomerPhone } from './support/customer-phone.js';
import { useJourneys } from './support/journeys.js';

/** More than there are places to stop at on the page. */
const STOPS = 90;

/** Goes on with Tab until the focus is on an element, as somebody without a mouse does. */
async function tabTo(page: Page, testId: string): Promise<void> {
  for (let stop = 0; stop < STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))) === testId) return;
  }
  assert.fail(`Tab never comes to ${testId}`);
}

describe('a shift', () => {
  const journey = useJourneys();

  journey('is worked by keyboard alone, from the sign-in to its end', async (app, windows) => {
    const customer = await CustomerPhone.open(windows, app.url, app.customer.number);
    const page = await windows.open(`${app.url}/sign-in?next=%2Fdesk`);
    const press = (key: string): Promise<void> => page.keyboard.press(key);
    await page.locator('input[name="login"]').focus();
    await page.keyboard.type(app.agent.login);
    await press('Tab');
    await page.keyboard.type(app.agent.password);
    await press('Enter');
    await page.waitForURL((url) => url.pathname === '/desk');
    const agent = new AgentPage(page, app.agent.name);

    await tabTo(page, 'start-shift');
    await press('Enter');
    await agent.waitForStatus('available');
    await tabTo(page, `queue-switch-${app.queue.id}`);
    await press('Space');
    await page.locator(`[data-testid="queue-switch-${app.queue.id}"]:checked`).waitFor();

    await press('Alt+P');
    await press('Enter');
    await agent.waitForStatus('paused');
    await press('Alt+U');
    await agent.waitForStatus('available');

    await press('Alt+N');
    await page.keyboard.type(app.customer.number);
    await press('Enter');
    await customer.answer();
    await agent.waitForStatus('talking');
    await Promise.all([agent.hears(), customer.hears()]);
    await press('Alt+T');
    await page.keyboard.type('Ligou de volta.');
    await press('Alt+L');
    await agent.waitForStatus('wrap-up');
    await tabTo(page, 'attendance-outcome');
    await press('ArrowDown');
    await page.locator('[data-testid="attendance-saved"][data-state="clean"]').waitFor();
    await press('Alt+Z');
    await agent.waitForStatus('available');

    await tabTo(page, 'end-shift');
    await press('Enter');
    await agent.waitForStatus('offline');
  });
});
