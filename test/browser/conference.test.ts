import { useBrowser } from '../support/browser.js';
import { threePeople, type ThreePeople } from './support/three-people.js';

describe('conferences, by ear', () => {
  const test = threePeople(useBrowser());

  async function confer(people: ThreePeople): Promise<void> {
    await people.talk();
    await people.consultBruno();
    await people.ana.press('confer');
    await people.ana.card.getByText(/^Você, .+ e .+$/).waitFor();
    await people.hear('ana', 'customer', 'bruno');
  }

  test('three hear each other, and a muted one is heard by nobody', async (people) => {
    await confer(people);
    await people.ana.press('mute');
    await people.hearsNotAWord('customer', 'ana');
    await people.hearsNotAWord('bruno', 'ana');
    await people.hear('customer', 'bruno');
    await people.ana.press('mute');
    await people.hear('ana', 'customer', 'bruno');
  });

  test('who is removed is out of it, and the other two talk on', async (people) => {
    await confer(people);
    await people.ana.press('hang-up-second');
    await people.ana.secondCard.waitFor({ state: 'hidden' });
    await people.hear('ana', 'customer');
    await people.bruno.waitForStatus('available', { timeout: 20_000 });
    await people.ana.said.getByText(/saiu da conferência/).waitFor({ state: 'attached' });
  });

  test('the agent leaves, and the other two talk on', async (people) => {
    await confer(people);
    await people.ana.press('join');
    await people.ana.waitForStatus('available', { timeout: 20_000 });
    await people.hear('customer', 'bruno');
  });

  test('after a reload of the page in the middle all three hear each other again', async (people) => {
    await confer(people);
    await people.ana.page.reload();
    await people.ana.card.getByText(/^Você, .+ e .+$/).waitFor({ timeout: 30_000 });
    await people.hear('ana', 'customer', 'bruno');
  });
});
