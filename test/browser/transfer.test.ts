import assert from 'node:assert/strict';
import { useBrowser } from '../support/browser.js';
import { forgetSounds, heardTones, hearsMusic, KEY_TONES } from '../support/voice.js';
import { eventually } from '../support/wait.js';
import { threePeople } from './support/three-people.js';

describe('calls in hand, by ear', () => {
  const test = threePeople(useBrowser());

  test('on hold the customer hears music and not a word, until the call is resumed', async (people) => {
    await people.talk();
    await people.ana.press('hold');
    await people.customer.waitForState('held');
    await hearsMusic(people.customer.page, 'the customer');
    await people.hearsNotAWord('customer', 'ana');
    await people.ana.press('hold');
    await people.customer.waitForState('talking');
    await people.hear('ana', 'customer');
  });

  test('muted, the agent hears and is not heard', async (people) => {
    await people.talk();
    await people.ana.press('mute');
    await people.hearsNotAWord('customer', 'ana');
    await people.ana.press('mute');
    await people.hear('ana', 'customer');
  });

  test('keys of the keypad are heard as their two tones on the other side', async (people) => {
    await people.talk();
    for (const [key, tones] of Object.entries(KEY_TONES)) {
      await forgetSounds(people.customer.page);
      await people.ana.sendTones(key);
      await heardTones(people.customer.page, 'the customer', tones);
    }
  });

  test('a whole call is handled by keyboard alone', async ({ app, ana, customer }) => {
    const press = (key: string): Promise<void> => ana.page.keyboard.press(key);
    const pressed = (testId: string, value: string): Promise<void> =>
      ana.page.locator(`[data-testid="${testId}"][aria-pressed="${value}"]`).waitFor();
    await customer.callQueue(app.queue.number);
    await ana.waitForStatus('offered');
    await press('Alt+A');
    await ana.waitForStatus('talking');
    await press('Alt+M');
    await pressed('mute', 'true');
    await press('Alt+M');
    await pressed('mute', 'false');
    await press('Alt+H');
    await ana.waitForStatus('on-hold');
    await press('Alt+H');
    await ana.waitForStatus('talking');
    await press('Alt+K');
    await forgetSounds(customer.page);
    await press('5');
    await heardTones(customer.page, 'the customer', KEY_TONES['5'] ?? []);
    await press('Escape');
    assert.equal(await ana.page.evaluate(() => document.activeElement?.id), 'keypad', 'the focus is not lost');
    await press('Alt+T');
    await ana.page.keyboard.type('Resolvido.');
    await press('Alt+L');
    await ana.waitForStatus('wrap-up');
    await ana
      .button('attendance-saved')
      .filter({ hasText: /salvo \d/ })
      .waitFor();
    // Before the description come the kind and the outcome.
    await press('Shift+Tab');
    await press('Shift+Tab');
    await press('ArrowDown');
    assert.notEqual(await ana.button('attendance-outcome').inputValue(), '');
    await ana.page.locator('[data-testid="attendance-saved"][data-state="clean"]').waitFor();
    await press('Alt+Z');
    await ana.waitForStatus('available');
    await ana.page.locator('body').press('?');
    await ana.page.locator('#shortcuts-dialog[open]').waitFor();
    await press('Escape');
    await ana.page.locator('#shortcuts-dialog').waitFor({ state: 'hidden' });
  });
});

describe('transfers', () => {
  const test = threePeople(useBrowser());

  test('without asking: the customer hears music, then the colleague, and the agent is free', async (people) => {
    const { app, ana, bruno, customer } = people;
    await people.talk();
    await ana.choose('subject');
    const subject = await ana.chosen('subject');
    await ana.transferTo(app.colleague.name);
    await ana.secondCard.getByText(app.colleague.name).waitFor();
    await bruno.waitForPhase('ringing', { timeout: 20_000 });
    await hearsMusic(customer.page, 'the customer');
    await bruno.card.getByText(app.customer.name).waitFor();
    await bruno.press('accept');
    await bruno.waitForStatus('talking');
    await people.hear('bruno', 'customer');
    await ana.waitForStatus('available', { timeout: 20_000 });
    await ana.said.getByText(/transferida para/i).waitFor({ state: 'attached' });
    await eventually('the record to come with the call', async () => (await bruno.chosen('subject')) === subject);
    await bruno.press('hang-up');
    await customer.waitForState('ended');
    assert.equal(await app.countCalls(), 1, 'it was one call all the time');
  });

  test('taken back before anybody answered: the two talk on', async (people) => {
    const { app, ana, bruno } = people;
    await people.talk();
    await ana.transferTo(app.colleague.name);
    await bruno.waitForPhase('ringing', { timeout: 20_000 });
    await ana.press('take-back');
    await ana.waitForPhase('talking');
    await people.hear('ana', 'customer');
    await bruno.waitForStatus('available', { timeout: 20_000 });
  });

  test('refused by the colleague: told, and the customer is still there, on hold', async (people) => {
    const { app, ana, bruno } = people;
    await people.talk();
    await ana.transferTo(app.colleague.name);
    await bruno.waitForPhase('ringing', { timeout: 20_000 });
    await bruno.press('reject');
    await ana.secondCard.waitFor({ state: 'hidden', timeout: 20_000 });
    await ana.said.getByText(/não foi concluída/).waitFor({ state: 'attached' });
    await ana.waitForPhase('on-hold');
    await ana.press('hold');
    await people.hear('ana', 'customer');
  });

  test('after asking: the colleague sees whose call it is, then has it with its record', async (people) => {
    const { app, ana, bruno, customer } = people;
    await people.talk();
    await ana.choose('subject');
    const subject = await ana.chosen('subject');
    await people.consultBruno();
    await hearsMusic(customer.page, 'the customer');
    await people.hearsNotAWord('customer', 'ana', 'bruno');
    await bruno.consultRecord.getByText(app.customer.name).waitFor();
    await ana.press('join');
    await people.hear('bruno', 'customer');
    await ana.waitForStatus('available', { timeout: 20_000 });
    await people.hearsNotAWord('bruno', 'ana');
    await eventually('the record to come with the call', async () => (await bruno.chosen('subject')) === subject);
    await bruno.press('hang-up');
    await customer.waitForState('ended');
  });

  test('to a queue: the customer waits with music and is told the place, then is answered', async (people) => {
    const { app, ana, bruno, customer } = people;
    const sales = await app.findQueue('Vendas');
    await people.talk();
    await ana.button('attendance-description').fill('Segunda via');
    await ana.transferTo(sales.name);
    await customer.waitForState('queued', { timeout: 20_000 });
    await customer.position.getByText('Na fila, posição 1').waitFor();
    await hearsMusic(customer.page, 'the customer');
    await ana.waitForStatus('available', { timeout: 20_000 });
    await bruno.logIn(sales.id);
    await bruno.waitForPhase('ringing', { timeout: 20_000 });
    await bruno.press('accept');
    await customer.waitForState('talking');
    await people.hear('bruno', 'customer');
    assert.equal(await customer.position.textContent(), '', 'it waits no longer');
    const subject = bruno.button('attendance-description');
    await eventually('the record to come with the call', async () => (await subject.inputValue()) === 'Segunda via');
    assert.equal(await app.countCalls(), 1, 'it was one call all the time');
  });

  test('by keyboard alone: open, type, Enter', async (people) => {
    const { app, ana, bruno } = people;
    await people.talk();
    await ana.page.keyboard.press('Alt+X');
    await ana.button('transfer-search').waitFor();
    await ana.page.keyboard.type(app.colleague.name.slice(0, 4));
    await ana.page.locator('#transfer-list [role=option][aria-selected=true]').waitFor();
    await ana.page.keyboard.press('Control+Enter');
    await bruno.waitForPhase('ringing', { timeout: 20_000 });
    await bruno.page.keyboard.press('Alt+A');
    await ana.waitForSecond('talking', { timeout: 20_000 });
    // The phone may be a moment behind the state, and a key that cannot do anything yet does nothing.
    await ana.page.locator('[data-testid="swap"]:not([aria-disabled="true"])').waitFor();
    await ana.page.keyboard.press('Alt+S');
    await people.hear('ana', 'customer');
    await ana.page.keyboard.press('Alt+C');
    await people.hear('bruno', 'customer');
  });

  test('a number that cannot be dialled is refused at the field, and nobody is put on hold', async (people) => {
    const { ana } = people;
    await people.talk();
    await ana.press('transfer');
    await ana.button('transfer-search').fill('190');
    await ana.press('consult');
    await ana.button('transfer-error').waitFor();
    await ana.page.keyboard.press('Escape');
    await ana.waitForPhase('talking');
    await people.hear('ana', 'customer');
  });
});

describe('an agent who does not come back', () => {
  const test = threePeople(useBrowser(), { RECONNECT_SECONDS: '3' });

  test('leaves the call to the queue, and another agent has it with its record', async (people) => {
    const { app, ana, bruno, customer } = people;
    await people.talk();
    await ana.button('attendance-description').fill('Sem sinal');
    await ana
      .button('attendance-saved')
      .filter({ hasText: /salvo \d/ })
      .waitFor();
    await ana.page.close();
    await customer.waitForState('queued', { timeout: 20_000 });
    await customer.position.getByText('Na fila, posição 1').waitFor();
    await hearsMusic(customer.page, 'the customer');
    await bruno.logIn(app.queue.id);
    await bruno.waitForPhase('ringing', { timeout: 20_000 });
    await bruno.press('accept');
    await people.hear('bruno', 'customer');
    const subject = bruno.button('attendance-description');
    await eventually('the record to come with the call', async () => (await subject.inputValue()) === 'Sem sinal');
    await bruno.press('hang-up');
    await customer.waitForState('ended');
    assert.equal(await app.countCalls(), 1, 'it was one call all the time');
    assert.equal((await app.lastEndedCall()).agentId, app.colleague.id);
  });
});

describe('a second call', () => {
  const test = threePeople(useBrowser());

  test('after a reload of the page both calls are back, and can be swapped', async (people) => {
    const { ana } = people;
    await people.talk();
    await people.consultBruno();
    await ana.page.reload();
    await ana.secondCard.waitFor({ timeout: 30_000 });
    await eventually('one of the two to be talked in', async () => {
      const second = await ana.secondCard.getAttribute('data-status');
      return second === 'talking' || second === 'on-hold';
    });
    await ana.waitForSecond('talking', { timeout: 30_000 });
    await people.hear('ana', 'bruno');
    await people.hearsNotAWord('customer', 'ana', 'bruno');
    await ana.press('swap');
    await people.hear('ana', 'customer');
    await people.hearsNotAWord('bruno', 'ana', 'customer');
  });

  test('swapped, each hears the agent only while it is their turn', async (people) => {
    const { ana, bruno } = people;
    await people.talk();
    await people.consultBruno();
    await ana.press('swap');
    await ana.waitForSecond('on-hold');
    await people.hear('ana', 'customer');
    await people.hearsNotAWord('bruno', 'ana', 'customer');
    await ana.press('swap');
    await people.hear('ana', 'bruno');
    await people.hearsNotAWord('customer', 'ana', 'bruno');
    await ana.press('hang-up-second');
    await ana.secondCard.waitFor({ state: 'hidden' });
    await bruno.waitForStatus('available', { timeout: 20_000 });
    await ana.press('hold');
    await people.hear('ana', 'customer');
  });
});
