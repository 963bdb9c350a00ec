import { type TestBrowser, type Windows } from '../../support/browser.js';
import { hearsNothingOf, hearsTones } from '../../support/voice.js';
import { AgentPage } from './agent-page.js';
import { CustomerPhone } from './customer-phone.js';
import { VoiceApp } from './voice-app.js';

/** Each speaks with a tone of their own, in hertz, so that who hears whom can be measured. */
export const VOICES = { ana: 1900, customer: 2300, bruno: 2700 } as const;
type Name = keyof typeof VOICES;

const LIMIT_MS = 120_000;

/** An agent, a colleague and a customer, each at a computer of their own. */
export class ThreePeople {
  readonly app: VoiceApp;
  readonly ana: AgentPage;
  readonly bruno: AgentPage;
  readonly customer: CustomerPhone;

  private constructor(app: VoiceApp, ana: AgentPage, bruno: AgentPage, customer: CustomerPhone) {
    this.app = app;
    this.ana = ana;
    this.bruno = bruno;
    this.customer = customer;
  }

  /** Ana takes calls of the queue, Bruno is on shift and takes none, the customer's phone is on. */
  static async open(app: VoiceApp, windows: Windows): Promise<ThreePeople> {
    const ana = await AgentPage.open(windows, app.url, app.agent, { voice: VOICES.ana });
    await ana.startWork(app.queue.id);
    const bruno = await AgentPage.open(windows, app.url, app.colleague, { voice: VOICES.bruno });
    await bruno.press('start-shift');
    await bruno.waitForStatus('available');
    const customer = await CustomerPhone.open(windows, app.url, app.customer.number, { voice: VOICES.customer });
    return new ThreePeople(app, ana, bruno, customer);
  }

  /** Ana and the customer talk. */
  async talk(): Promise<void> {
    await this.customer.callQueue(this.app.queue.number);
    await this.ana.waitForStatus('offered');
    await this.ana.press('accept');
    await this.ana.waitForStatus('talking');
    await this.hear('ana', 'customer');
  }

  /** Ana asks Bruno, who has picked up. */
  async consultBruno(): Promise<void> {
    await this.ana.consult(this.app.colleague.name);
    await this.bruno.waitForPhase('ringing', { timeout: 20_000 });
    await this.bruno.press('accept');
    await this.ana.waitForSecond('talking', { timeout: 20_000 });
    await this.hear('ana', 'bruno');
  }

  /** All of these hear each of the others. */
  async hear(...names: readonly Name[]): Promise<void> {
    for (const name of names) {
      const others = names.filter((other) => other !== name);
      await hearsTones(
        this.#page(name),
        name,
        others.map((other) => VOICES[other]),
      );
    }
  }

  async hearsNotAWord(name: Name, ...of: readonly Name[]): Promise<void> {
    await hearsNothingOf(
      this.#page(name),
      name,
      of.map((other) => VOICES[other]),
    );
  }

  #page(name: Name): AgentPage['page'] {
    return this[name].page;
  }
}

/** A test with three people and an application of its own. The windows close first: they would complain of its end. */
export function threePeople(browser: TestBrowser, env: Readonly<Record<string, string>> = {}) {
  return (title: string, body: (people: ThreePeople) => Promise<void>): void => {
    it(title, async function () {
      this.timeout(LIMIT_MS);
      const app = await VoiceApp.start(env);
      try {
        await browser.run(title, async (windows) => body(await ThreePeople.open(app, windows)));
      } catch (error) {
        const logged = await app.abandon();
        throw new Error([(error as Error).message, ...logged].join('\n'), { cause: error });
      }
      await app.end();
    });
  };
}
