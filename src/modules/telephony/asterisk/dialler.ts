import { DomainError } from '../../../platform/errors.js';
import { KeyedQueue } from '../../../platform/keyed-queue.js';
import { type CallTarget, type ConsultRequest, type DialRequest } from '../telephony.port.js';
import { AmiFailure } from './ami-connection.js';
import { interfaceOf, type Ami } from './asterisk-directory.js';
import { type AsteriskSettings } from './asterisk-settings.domain.js';
import { type CallBook, type ExpectedCall } from './call-book.js';
import { type EndedCalls } from './ended-calls.js';
import { AUTO_ANSWER, offerHeaders, originate, trunkAddress, type Variables } from './originate.js';
import { type TargetCheck } from './target-check.js';
import { type TrackedCall } from './tracked-call.js';

export interface DiallerDeps {
  readonly ami: Ami;
  readonly settings: AsteriskSettings;
  readonly book: CallBook;
  readonly targets: TargetCheck;
  readonly ended: EndedCalls;
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

  dial(request: DialRequest): Promise<void> {
    const { extension, direction, number, callId, agentRingSeconds, customerRingSeconds } = request;
    const { settings, targets } = this.#deps;
    return this.#inTurn(request, () => {
      targets.requireNumber(number);
      const variables: Variables = [
        // Two underscores: the customer's channel gets them too.
        ['__CITRUS_CALLER', extension],
        ['CITRUS_TARGET', trunkAddress(settings, number)],
        ['CITRUS_RING_SECONDS', customerRingSeconds],
        ['CITRUS_CALLER_NUMBER', settings.callerNumber],
        ...offerHeaders(callId, direction),
        ...(request.autoAnswer ? AUTO_ANSWER : []),
      ];
      this.#requireFree(extension, null);
      return { context: 'citrus-dial', ringSeconds: agentRingSeconds, variables };
    });
  }

  /** A second call beside the one of `consults`. Who is asked is rung when the agent's phone has picked up. */
  consult(request: ConsultRequest, queueNumber: string): Promise<void> {
    const { extension, callId, consults, target, agentRingSeconds, targetRingSeconds } = request;
    const { settings, targets, book } = this.#deps;
    const number = numberOf(target, queueNumber);
    const expected: ExpectedCall = {
      ...{ callId, extension, number, direction: 'consult', consults, asksAgent: target.kind !== 'number' },
      ...(target.kind === 'queue' && { queue: target.queue }),
    };
    return this.#inTurn(expected, async () => {
      const first = book.find(consults);
      if (first?.isComplete !== true || first.extension !== extension || first.attempt !== null) {
        throw new DomainError('conflict', 'exchange:not-in-call', { params: { extension } });
      }
      await targets.require(target);
      this.#requireFree(extension, first);
      const variables: Variables = [
        ['__CITRUS_CALLER', extension],
        ['__CITRUS_CONSULTS', consults],
        ['__CITRUS_ASKS', target.kind === 'number' ? 'number' : 'agent'],
        ...(target.kind === 'queue' ? ([['__CITRUS_QUEUE', target.queue]] as const) : []),
        ['CITRUS_TARGET', target.kind === 'agent' ? interfaceOf(target.extension) : trunkAddress(settings, number)],
        ['CITRUS_RING_SECONDS', targetRingSeconds],
        // Another agent sees who asks.
        ['CITRUS_CALLER_NUMBER', target.kind === 'number' ? settings.callerNumber : extension],
        ...offerHeaders(callId, 'consult'),
        ['PJSIP_HEADER(add,X-Citrus-Consults)', consults],
        ...AUTO_ANSWER,
      ];
      const context = target.kind === 'queue' ? 'citrus-consult-queue' : 'citrus-consult';
      return { context, ringSeconds: agentRingSeconds, variables };
    });
  }

  /** Settles when no dial of that id is on its way. */
  settled(callId: string): Promise<void> {
    return this.#turns.run(`id ${callId}`, () => Promise.resolve());
  }

  /** Of one extension one after another: the second sees that the first has taken the phone. */
  #inTurn(request: ExpectedCall, prepare: () => Prepared | Promise<Prepared>): Promise<void> {
    return this.#turns.run(request.extension, () =>
      this.#turns.run(`id ${request.callId}`, () => this.#dialOnce(request, prepare)),
    );
  }

  async #dialOnce(request: ExpectedCall, prepare: () => Prepared | Promise<Prepared>): Promise<void> {
    const { ami, book, ended } = this.#deps;
    const { callId, extension, number, direction } = request;
    if (book.find(callId) !== null || book.findExpected(callId) !== null) return;
    if ((await ended.find(callId)) !== null) return;
    const { context, ringSeconds, variables } = await prepare();
    book.expect(request);
    try {
      await ended.claim(callId);
      await ami.act(
        originate({
          ...{ context, ringSeconds, dialString: interfaceOf(extension), channelId: callId, callerNumber: number },
          variables: [
            ['__CITRUS_CALL_ID', callId],
            ['__CITRUS_DIRECTION', direction],
            ['__CITRUS_NUMBER', number],
            ['CITRUS_PART', 'agent'],
            ['CITRUS_EXTENSION', extension],
            ...variables,
          ],
        }),
      );
    } catch (error) {
      await this.#onFailed(callId, error);
      throw error;
    }
  }

  #requireFree(extension: string, apart: TrackedCall | null): void {
    this.#deps.targets.requirePhone(extension);
    if (!this.#deps.book.isEngaged(extension, apart)) return;
    throw new DomainError('conflict', 'exchange:extension-busy', { params: { extension } });
  }

  async #onFailed(callId: string, error: unknown): Promise<void> {
    const { book, ended } = this.#deps;
    const wasRefused = error instanceof AmiFailure && error.kind === 'refused';
    // Without an answer nobody knows whether it was dialled; the claim stays, so that it is not dialled again.
    if (!wasRefused) return;
    book.unexpect(callId);
    await ended.release(callId).catch(() => undefined);
  }
}

interface Prepared {
  readonly context: string;
  readonly ringSeconds: number;
  readonly variables: Variables;
}

function numberOf(target: CallTarget, queueNumber: string): string {
  if (target.kind === 'agent') return target.extension;
  return target.kind === 'queue' ? queueNumber : target.number;
}
