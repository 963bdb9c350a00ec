import { type Locator, type Page } from 'playwright-core';
import { measureAudio, type AudioStats } from '../../support/audio.js';
import { type WindowOptions, type Windows } from '../../support/browser.js';

export type CustomerPhoneState =
  'idle' | 'registered' | 'queued' | 'calling' | 'ringing' | 'talking' | 'held' | 'ended';

/** The phone of a customer, on the demonstration's page. */
export class CustomerPhone {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Takes the place of the customer with this number, ready to call and to be called. */
  static async open(
    windows: Windows,
    url: string,
    number: string,
    options: WindowOptions = {},
  ): Promise<CustomerPhone> {
    const page = await windows.open(`${url}/demo/phone`, options);
    const phone = new CustomerPhone(page);
    await page.getByTestId('line').selectOption({ value: number });
    await page.getByTestId('register').click();
    await phone.waitForState('registered');
    return phone;
  }

  get position(): Locator {
    return this.page.getByTestId('position');
  }

  async waitForState(state: CustomerPhoneState, options: { readonly timeout?: number } = {}): Promise<void> {
    await this.page.locator(`[data-testid="state"][data-state="${state}"]`).waitFor(options);
  }

  callQueue(queueNumber: string): Promise<void> {
    return this.page.getByTestId(`call-queue-${queueNumber}`).click();
  }

  /** Picks up once it rings. */
  async answer(): Promise<void> {
    await this.waitForState('ringing', { timeout: 20_000 });
    await this.page.getByTestId('answer').click();
    await this.waitForState('talking');
  }

  hangUp(): Promise<void> {
    return this.page.getByTestId('hang-up').click();
  }

  hears(): Promise<AudioStats> {
    return measureAudio(this.page, 'the customer');
  }
}
