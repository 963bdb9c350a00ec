import { DomainError } from '../../../platform/errors.js';
import { KeyedQueue } from '../../../platform/keyed-queue.js';
import { type DialRequest } from '../telephony.port.js';
import { AmiFailure } from './ami-connection.js';
import { type AmiAction } from './ami-parser.js';
import { interfaceOf, type Ami } from './asterisk-directory.js';
import { type AsteriskSettings } from './asterisk-settings.domain.js';
import { type CallTracker } from './call-tracker.js';
import { type EndedCalls } from './ended-calls.js';

export interface DiallerDeps {
  readonly ami: Ami;
  readonly settings: AsteriskSettings;
  readonly tracker: CallTracker;
  readonly ended: EndedCalls;
  readonly isRegistered: (extension: string) => boolean;
  readonly now: () => number;
}

/**
 * Has calls dialled: rings the agent's phone, and leaves the rest to the dialplan (`citrus-dial`), so that a call goes on
 * when the application does not. One id is dialled once: by this process because its dials wait for each other, by another
 * because the id is written down at the exchange first.
 */
export class Dialler {
  readonly #deps: DiallerDeps;
  readonly #turns = new KeyedQueue<string>();

  constructor(deps: DiallerDeps) {
    this.#deps = deps;
  }

  /** Of one extension one after another: the second sees that the first has taken the phone. */
  dial(request: DialRequest): Promise<void> {
    return this.#turns.run(request.extension, () =>
      this.#turns.run(`id ${request.callId}`, () => this.#dialOnce(request)),
    );
  }

  /** Settles when no dial of that id is on its way. */
  settled(callId: string): Promise<void> {
    return this.#turns.run(`id ${callId}`, () => Promise.resolve());
  }

  async #dialOnce(request: DialRequest): Promise<void> {
    const { tracker, ended, isRegistered } = this.#deps;
    const { callId, extension, number } = request;
    if (tracker.find(callId) !== null || tracker.findExpected(callId) !== null) return;
    if ((await ended.find(callId)) !== null) return;
    // A sign of Asterisk's dial strings in a number would call somebody else as well.
    if (!/^[+\d*#]{1,40}$/.test(number)) {
      throw new DomainError('not-found', 'exchange:unknown-number', { params: { number } });
    }
    if (!isRegistered(extension)) {
      throw new DomainError('conflict', 'exchange:phone-not-registered', { params: { extension } });
    }
    if (tracker.isEngaged(extension)) {
      throw new DomainError('conflict', 'exchange:extension-busy', { params: { extension } });
    }
    tracker.expect(request);
    try {
      await ended.claim(callId);
      await this.#deps.ami.act(this.#originate(request));
    } catch (error) {
      await this.#onFailed(callId, error);
      throw error;
    }
  }

  async #onFailed(callId: string, error: unknown): Promise<void> {
    const { tracker, ended } = this.#deps;
    const wasRefused = error instanceof AmiFailure && error.kind === 'refused';
    // Without an answer nobody knows whether it was dialled; the claim stays, so that it is not dialled again.
    if (!wasRefused) return;
    tracker.unexpect(callId);
    await ended.release(callId).catch(() => undefined);
  }

  #originate(request: DialRequest): AmiAction {
    const { settings, now } = this.#deps;
    const { callId, extension, number, direction, autoAnswer, agentRingSeconds, customerRingSeconds } = request;
    const variables: readonly (readonly [string, string | number])[] = [
      // Two underscores: the customer's channel gets them too.
      ['__CITRUS_CALL_ID', callId],
      ['__CITRUS_DIRECTION', direction],
      ['__CITRUS_NUMBER', number],
      ['CITRUS_STARTED_AT', now()],
      ['CITRUS_TARGET', `PJSIP/${settings.outboundPrefix}${number}@${settings.trunk}`],
      ['CITRUS_RING_SECONDS', customerRingSeconds],
      ['CITRUS_CALLER_NUMBER', settings.callerNumber],
      ['PJSIP_HEADER(add,X-Citrus-Call-Id)', callId],
      ['PJSIP_HEADER(add,X-Citrus-Direction)', direction],
      ...(autoAnswer
        ? ([
            ['PJSIP_HEADER(add,X-Citrus-Auto-Answer)', 1],
            ['PJSIP_HEADER(add,Call-Info)', '<sip:citrus-voz>;answer-after=0'],
          ] as const)
        : []),
    ];
    return {
      Action: 'Originate',
      Channel: interfaceOf(extension),
      ChannelId: callId,
      Context: 'citrus-dial',
      Exten: 's',
      Priority: 1,
      // What the agent's phone shows as the caller.
      CallerID: `<${number}>`,
      Timeout: agentRingSeconds * 1000,
      Async: 'true',
      Variable: variables.map(([name, value]) => `${name}=${value}`),
    };
  }
}
