import { type Locator, type Page } from 'playwright-core';
import { type AgentStatus } from '../../../src/shared/agent-state.js';
import { measureAudio, type AudioStats } from '../../support/audio.js';
import { signIn, type WindowOptions, type Windows } from '../../support/browser.js';

export interface Person {
  readonly id: number;
  readonly login: string;
  readonly password: string;
  readonly name: string;
}

export interface BookingFields {
  readonly number: string;
  /** Local date and time at the customer's, as the fields take them: `2026-11-30`, `14:05`. */
  readonly date: string;
  readonly time: string;
  readonly notes: string;
}

/** The agent's page, as the agent uses it. */
export class AgentPage {
  readonly page: Page;
  readonly #name: string;

  constructor(page: Page, name: string) {
    this.page = page;
    this.#name = name;
  }

  /** Signs the agent in, in a window of their own. */
  static async open(windows: Windows, url: string, agent: Person, options: WindowOptions = {}): Promise<AgentPage> {
    const page = await windows.open(`${url}/sign-in?next=%2Fdesk`, options);
    await signIn(page, agent.login, agent.password);
    await page.goto(`${url}/desk`);
    return new AgentPage(page, agent.name);
  }

  get card(): Locator {
    return this.page.getByTestId('call-card');
  }

  get banner(): Locator {
    return this.page.getByTestId('banner');
  }

  get status(): Locator {
    return this.page.getByTestId('agent-status');
  }

  /** The chip of one thing that keeps calls away, or of the pause that waits. */
  blocker(kind: string): Locator {
    return this.page.locator(`[data-testid="blockers"] [data-blocker="${kind}"]`);
  }

  async pause(reason: string): Promise<void> {
    await this.press('pause-menu');
    await this.page.getByRole('menuitem', { name: reason }).click();
  }

  /** The banner of one cause. */
  bannerOf(kind: string): Locator {
    return this.page.locator(`[data-testid="banner"][data-banner="${kind}"]`);
  }

  /**
   * Stops the page in the middle of whatever it does: no timer, no message, no answer, and its connections stay open, as
   * when the browser suspends it or the computer sleeps. A page that is seen cannot be frozen by its lifecycle state.
   * Settles with what wakes it.
   */
  async freeze(): Promise<() => Promise<void>> {
    const session = await this.page.context().newCDPSession(this.page);
    await session.send('Debugger.enable');
    const stopped = new Promise((resolve) => session.once('Debugger.paused', resolve));
    await session.send('Debugger.pause');
    await stopped;
    return async () => {
      await session.send('Debugger.disable');
    };
  }

  get callbackList(): Locator {
    return this.page.getByTestId('callback-list');
  }

  button(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  press(testId: string): Promise<void> {
    return this.button(testId).click();
  }

  async waitForStatus(status: AgentStatus, options: { readonly timeout?: number } = {}): Promise<void> {
    await this.page.locator(`[data-testid="agent-status"][data-status="${status}"]`).waitFor(options);
  }

  /** Starts the shift and takes calls of the queue. */
  async startWork(queueId: number): Promise<void> {
    await this.press('start-shift');
    await this.waitForStatus('available');
    await this.logIn(queueId);
  }

  async logIn(queueId: number): Promise<void> {
    const queue = this.button(`queue-switch-${queueId}`);
    await queue.click();
    await this.page
      .locator(`[data-testid="queue-switch-${queueId}"]`)
      .and(this.page.locator(':checked, [aria-checked="true"], [aria-pressed="true"]'))
      .waitFor();
  }

  async dial(number: string): Promise<void> {
    await this.button('dial-number').fill(number);
    await this.press('dial');
  }

  /** Writes the record, waits until the server has it, and is free again. */
  async finishWrapUp(subject: string, description: string): Promise<void> {
    await this.choose('subject', subject);
    await this.choose('outcome');
    await this.button('attendance-description').fill(description);
    await this.button('attendance-saved')
      .filter({ hasText: /salvo \d/ })
      .waitFor();
    await this.press('finish-wrap-up');
    await this.waitForStatus('available');
  }

  /** What the record is about, or how it ended: by its name, or the first there is. */
  async choose(field: 'subject' | 'outcome', name: string | null = null): Promise<void> {
    const select = this.button(`attendance-${field}`);
    const option = select.locator('option:not([value=""])').filter(name === null ? {} : { hasText: name });
    const wanted = (await option.count()) > 0 ? option.first() : select.locator('option:not([value=""])').first();
    await select.selectOption((await wanted.getAttribute('value')) ?? '');
  }

  /** What is chosen, by its name. */
  async chosen(field: 'subject' | 'outcome'): Promise<string> {
    return (await this.button(`attendance-${field}`).locator('option:checked').textContent()) ?? '';
  }

  async bookCallback(fields: BookingFields): Promise<void> {
    await this.press('book-callback');
    const form = this.page.locator('form:has([name="date"])');
    await form.locator('[name="number"]').fill(fields.number);
    await form.locator('[name="date"]').fill(fields.date);
    await form.locator('[name="time"]').fill(fields.time);
    await form.locator('[name="notes"]').fill(fields.notes);
    await form.locator('[type="submit"]').click();
    await this.callbackList.getByText(fields.notes).waitFor();
  }

  /** The card of the second call, or of a transfer under way. */
  get secondCard(): Locator {
    return this.page.getByTestId('second-call');
  }

  get consultRecord(): Locator {
    return this.page.getByTestId('consult-record');
  }

  /** What the page has said aloud, that is still in its live regions. */
  get said(): Locator {
    return this.page.locator('#announcer, #announcer-urgent');
  }

  /** Sends the call to whom `search` finds, without asking. */
  async transferTo(search: string): Promise<void> {
    await this.#chooseTarget(search);
    await this.press('transfer-now');
    await this.page.locator('#transfer-dialog').waitFor({ state: 'hidden' });
  }

  /** Calls whom `search` finds beside the call in hand. */
  async consult(search: string): Promise<void> {
    await this.#chooseTarget(search);
    await this.press('consult');
    await this.page.locator('#transfer-dialog').waitFor({ state: 'hidden' });
  }

  /** Waits for the state of the second call, as its card shows it. */
  async waitForSecond(status: AgentStatus, options: { readonly timeout?: number } = {}): Promise<void> {
    await this.page.locator(`[data-testid="second-call"][data-status="${status}"]`).waitFor(options);
  }

  /** Waits until the call in hand is in this phase. */
  async waitForPhase(phase: string, options: { readonly timeout?: number } = {}): Promise<void> {
    await this.page.locator(`[data-testid="call-card"][data-phase="${phase}"]`).waitFor(options);
  }

  async sendTones(keys: string): Promise<void> {
    await this.press('keypad');
    for (const key of keys) await this.page.locator(`#tone-pad [data-key="${key}"]`).click();
    await this.press('keypad');
  }

  async #chooseTarget(search: string): Promise<void> {
    await this.press('transfer');
    await this.button('transfer-search').fill(search);
    await this.page.locator('#transfer-list [role=option][aria-selected=true]').waitFor();
  }

  hears(): Promise<AudioStats> {
    return measureAudio(this.page, this.#name);
  }
}
