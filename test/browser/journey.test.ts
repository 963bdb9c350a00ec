import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import { eventually } from '../support/wait.js';
import { AgentPage } from './support/agent-page.js';
import { Board } from './support/board.js';
import { CustomerPhone } from './support/customer-phone.js';
import { bothHear, openBoth, SERVER_AWAY, talk, useJourneys } from './support/journeys.js';

/** By then both sides must have noticed that nothing comes any more. */
const SILENCE_MS = 60_000;

describe('journeys', () => {
  const journey = useJourneys();

  journey('a customer calls a queue, both hear each other, and the board shows it', async (app, windows) => {
    const board = await Board.open(windows, app.url, app.supervisor);
    await board.waitForAgent(app.agent.id, 'offline');
    const { agent, customer } = await openBoth(app, windows);
    await board.waitForAgent(app.agent.id, 'available');

    await customer.callQueue(app.queue.number);
    await agent.card.getByText(app.customer.name).waitFor();
    await agent.card.getByText(app.queue.name).waitFor();
    await board.waitForAgent(app.agent.id, 'offered');

    await agent.press('accept');
    await customer.waitForState('talking');
    await board.waitForAgent(app.agent.id, 'talking');
    await bothHear(agent, customer);

    await agent.press('hold');
    await customer.waitForState('held');
    await board.waitForAgent(app.agent.id, 'on-hold');
    await agent.press('hold');
    await customer.waitForState('talking');
    await board.waitForAgent(app.agent.id, 'talking');
    await bothHear(agent, customer);

    await agent.press('hang-up');
    await customer.waitForState('ended');
    await board.waitForAgent(app.agent.id, 'wrap-up');
    await agent.finishWrapUp('Segunda via', 'Boleto enviado por e-mail.');
    await board.waitForAgent(app.agent.id, 'available');

    const call = await app.lastEndedCall();
    assert.deepEqual(
      [call.direction, call.number, call.queueId, call.agentId, call.state, call.endedBy, call.endCause],
      ['inbound', app.customer.number, app.queue.id, app.agent.id, 'ended', 'agent', 'hung-up'],
    );
    assert.ok(call.talkedMs > 0 && call.heldMs > 0, 'talk and hold are measured');
    await board.page.goto(`${app.url}/calls`);
    const row = board.page.getByRole('row').filter({ hasText: app.customer.name });
    await row.filter({ hasText: app.agent.name }).filter({ hasText: app.queue.name }).first().waitFor();
  });

  journey('an agent dials a customer, who answers, and both hear each other', async (app, windows) => {
    const { agent, customer } = await openBoth(app, windows);
    await agent.dial(app.customer.number);
    await agent.waitForStatus('dialling');
    await customer.answer();
    await agent.waitForStatus('talking');
    await bothHear(agent, customer);

    await customer.hangUp();
    await agent.waitForStatus('wrap-up');
    const call = await app.lastEndedCall();
    assert.deepEqual(
      [call.direction, call.number, call.agentId, call.endedBy, call.endCause],
      ['outbound', app.customer.number, app.agent.id, 'customer', 'hung-up'],
    );
  });

  journey('a promised call fires at its time, and its outcome is kept', async (app, windows) => {
    const { agent, customer } = await talk(app, windows);
    const notes = 'Confirmar o endereço de entrega';
    const due = DateTime.now().setZone(app.timeZone).plus({ minutes: 2 });
    await agent.bookCallback({
      number: app.customer.number,
      date: due.toFormat('yyyy-MM-dd'),
      time: due.toFormat('HH:mm'),
      notes,
    });
    await agent.press('hang-up');
    await customer.waitForState('ended');
    await agent.finishWrapUp('Entrega', 'Retorno combinado.');

    await app.makeCallbackDue();
    await agent.waitForStatus('offered', { timeout: 20_000 });
    await agent.card.getByText(notes).waitFor();
    await agent.press('accept');
    await customer.answer();
    await agent.waitForStatus('talking');
    await bothHear(agent, customer);

    await agent.press('hang-up');
    await agent.finishWrapUp('Entrega', 'Endereço confirmado.');
    const callback = await eventually('the outcome of the callback', async () => {
      const last = await app.lastCallback();
      return last.state === 'done' ? last : null;
    });
    assert.equal(callback.attempts, 1);
    assert.equal((await app.lastCall()).direction, 'callback');
  });

  journey('a page that is reloaded in a call has it again, with sound both ways', async (app, windows) => {
    const { agent, customer } = await talk(app, windows);
    await agent.page.reload();
    await agent.waitForStatus('talking', { timeout: 30_000 });
    await agent.card.getByText(app.customer.name).waitFor();
    await bothHear(agent, customer);
    await agent.press('hang-up');
    await customer.waitForState('ended');
    assert.equal(await app.countCalls(), 1, 'it is still the same call');
  });

  journey('a second tab says that the phone is elsewhere, and takes it over when asked', async (app, windows) => {
    const first = await AgentPage.open(windows, app.url, app.agent);
    await first.startWork(app.queue.id);
    const second = new AgentPage(await windows.openTab(first.page, `${app.url}/desk`), app.agent.name);
    await second.banner.getByText(/em outra página/).waitFor();
    await second.banner.getByRole('button', { name: 'Usar aqui' }).click();
    await first.banner.getByText(/em outra página/).waitFor();
    await second.waitForStatus('available', { timeout: 20_000 });

    const customer = await CustomerPhone.open(windows, app.url, app.customer.number);
    await customer.callQueue(app.queue.number);
    await second.press('accept');
    await second.waitForStatus('talking');
    await bothHear(second, customer);
  });

  journey('a refused microphone is explained, and nobody becomes available', async (app, windows) => {
    const agent = await AgentPage.open(windows, app.url, app.agent, { microphone: 'refused' });
    await agent.press('start-shift');
    await agent.page
      .getByText(/Seu microfone está bloqueado\. Libere-o/)
      .first()
      .waitFor();
    await agent.waitForStatus('offline');
  });

  journey('an agent whose network went away is not offered calls, and comes back by itself', async (app, windows) => {
    const { agent, customer } = await openBoth(app, windows);
    const board = await Board.open(windows, app.url, app.supervisor);
    windows.expectComplaint(SERVER_AWAY);
    await agent.page.context().setOffline(true);
    await agent.banner.getByText(/Sem conexão com o servidor/).waitFor({ timeout: SILENCE_MS });
    await board.waitForAgent(app.agent.id, 'unreachable', { timeout: SILENCE_MS });
    await customer.callQueue(app.queue.number);
    await customer.waitForState('queued');
    assert.equal((await app.lastCall()).state, 'waiting', 'nobody is there to take it');

    await agent.page.context().setOffline(false);
    await agent.waitForStatus('offered', { timeout: 30_000 });
    await agent.press('accept');
    await agent.waitForStatus('talking');
    await bothHear(agent, customer);
  });

  journey('after a restart of the server pages and phones are back by themselves', async (app, windows) => {
    const { agent, customer } = await openBoth(app, windows);
    const board = await Board.open(windows, app.url, app.supervisor);
    windows.expectComplaint(SERVER_AWAY);
    await app.stop();
    await agent.banner.getByText(/Sem conexão com o servidor/).waitFor();
    await board.page.getByTestId('board-stale').waitFor();

    await app.startAgain();
    await agent.waitForStatus('available', { timeout: 30_000 });
    await customer.waitForState('registered', { timeout: 30_000 });
    await board.page.getByTestId('board-stale').waitFor({ state: 'hidden', timeout: 30_000 });
    await board.waitForAgent(app.agent.id, 'available');
    await customer.callQueue(app.queue.number);
    await agent.waitForStatus('offered');
    await agent.press('accept');
    await agent.waitForStatus('talking');
    await bothHear(agent, customer);
  });

  journey(
    'a crash of the server in a call is not heard, and the call goes on under its number',
    async (app, windows) => {
      const { agent, customer } = await talk(app, windows);
      windows.expectComplaint(SERVER_AWAY);
      await app.crash();
      await agent.banner.getByText(/Sem conexão com o servidor/).waitFor();
      await bothHear(agent, customer);

      await app.startAgain();
      await agent.banner.getByText(/Sem conexão com o servidor/).waitFor({ state: 'detached', timeout: 30_000 });
      await agent.waitForStatus('talking', { timeout: 30_000 });
      await bothHear(agent, customer);
      await agent.press('hang-up');
      await customer.waitForState('ended');
      await agent.waitForStatus('wrap-up');
      const call = await app.lastEndedCall();
      assert.deepEqual([call.endedBy, call.endCause], ['agent', 'hung-up']);
      assert.equal(await app.countCalls(), 1, 'it is still the same call');
    },
  );
});
