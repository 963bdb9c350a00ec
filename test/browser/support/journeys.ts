import { useBrowser, type Windows } from '../../support/browser.js';
import { AgentPage } from './agent-page.js';
import { CustomerPhone } from './customer-phone.js';
import { VoiceApp } from './voice-app.js';

/** What a page may say while the server it talks to is not there for it. */
export const SERVER_AWAY = /WebSocket|ERR_|Failed to load resource|sip\./i;

/** Defines a test with an application and windows of its own. */
export type Journey = (title: string, body: (app: VoiceApp, windows: Windows) => Promise<void>) => void;

/** For a `describe`. The windows close before the application ends: they would complain of its end. */
export function useJourneys(): Journey {
  const browser = useBrowser();
  return (title, body) => {
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
  };
}

/** Who talks to each other. */
export interface Talk {
  readonly agent: AgentPage;
  readonly customer: CustomerPhone;
}

/** An agent who takes calls and a customer whose phone is on. */
export async function openBoth(app: VoiceApp, windows: Windows): Promise<Talk> {
  const agent = await AgentPage.open(windows, app.url, app.agent);
  await agent.startWork(app.queue.id);
  const customer = await CustomerPhone.open(windows, app.url, app.customer.number);
  return { agent, customer };
}

/** The same, with the two already talking. */
export async function talk(app: VoiceApp, windows: Windows): Promise<Talk> {
  const both = await openBoth(app, windows);
  await both.customer.callQueue(app.queue.number);
  await both.agent.waitForStatus('offered');
  await both.agent.press('accept');
  await both.agent.waitForStatus('talking');
  await bothHear(both.agent, both.customer);
  return both;
}

export async function bothHear(agent: AgentPage, customer: CustomerPhone): Promise<void> {
  await Promise.all([agent.hears(), customer.hears()]);
}
