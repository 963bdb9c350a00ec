import { type DeskTarget } from '../../shared/desk.js';
import { type MessageKey, type Translate } from '../../shared/i18n/messages.js';
import { type PhoneCallSnapshot } from '../softphone/phone-call.js';
import { type SoftphoneSnapshot } from '../softphone/softphone.js';
import { CommandError, type DeskLink } from './desk-link.js';
import { type DeskStore } from './desk-store.js';
import { frontCall, sessionOf } from './phase.js';

/** The server ends the call; this long after, the phone ends it by itself. */
const HANG_UP_LIMIT_MS = 2000;

export interface CallHandlingDeps {
  readonly t: Translate;
  readonly store: Pick<DeskStore, 'view'>;
  readonly link: Pick<DeskLink, 'send'>;
  readonly phone: {
    snapshot(): SoftphoneSnapshot;
    accept(): Promise<void>;
    reject(): Promise<void>;
    hangUp(callId?: string): Promise<void>;
    setHeld(held: boolean, callId?: string): Promise<void>;
    setMuted(muted: boolean): void;
    sendTones(tones: string, callId?: string): Promise<void>;
    setConference(isConference: boolean): Promise<void>;
  };
  readonly keySound: () => void;
  readonly refused: (sentence: string) => void;
  readonly later: (ms: number, run: () => void) => void;
}

/** What the person can do with the calls in hand. Whom it is about is found by the ids the phone knows a call by. */
export class CallHandling {
  readonly #deps: CallHandlingDeps;
  #isConference = false;

  constructor(deps: CallHandlingDeps) {
    this.#deps = deps;
  }

  async accept(): Promise<void> {
    await this.#deps.phone.accept().catch(() => undefined);
  }

  async reject(): Promise<void> {
    await this.#deps.phone.reject().catch(() => undefined);
  }

  /** The one in the foreground. */
  async hangUp(): Promise<void> {
    const { view } = this.#deps.store;
    await this.#end(frontCall(view) === 'second' ? (view.desk?.second ?? null) : (view.desk?.call ?? null));
  }

  async hangUpMain(): Promise<void> {
    await this.#end(this.#deps.store.view.desk?.call ?? null);
  }

  async hangUpSecond(): Promise<void> {
    await this.#end(this.#deps.store.view.desk?.second ?? null);
  }

  /** The call in the foreground. */
  async setHeld(held: boolean): Promise<void> {
    await this.#tryHeld(held);
  }

  setMuted(muted: boolean): void {
    this.#deps.phone.setMuted(muted);
  }

  async sendTone(tone: string): Promise<void> {
    this.#deps.keySound();
    await this.#deps.phone.sendTones(tone).catch(() => undefined);
  }

  /** Throws a CommandError; the call is then as it was. */
  async transfer(target: DeskTarget): Promise<void> {
    await this.#withCallOnHold(async (callId) => {
      await this.#deps.link.send('call:transfer', { callId, target });
    });
  }

  /** Throws a CommandError; the call is then as it was. */
  async consult(target: DeskTarget): Promise<void> {
    await this.#withCallOnHold(async (callId) => {
      await this.#deps.link.send('call:consult', { callId, target });
    });
  }

  /** The attempt ends, and the customer is talked to again. */
  async takeBack(): Promise<void> {
    const { store, link } = this.#deps;
    const callId = store.view.desk?.call?.callId;
    if (callId === undefined) return;
    await this.#wish(async () => {
      await link.send('call:take-back', { callId });
      const session = this.#mainSession();
      if (session?.state === 'held') await this.#tryHeld(false, session);
    });
  }

  /** Whoever is talked to waits first, then the other is back: never do both hear the agent. */
  async swap(): Promise<void> {
    const { store, phone } = this.#deps;
    const { view } = store;
    const main = this.#mainSession();
    const second = sessionOf(view, view.desk?.second ?? null);
    if (main === null || second === null) return;
    const next = frontCall(view) === 'second' ? main : second;
    for (const session of [main, second]) {
      if (session !== next && session.state === 'talking' && !(await this.#tryHeld(true, session))) return;
    }
    const now = phone.snapshot().calls.find(({ callId }) => callId === next.callId);
    if (now?.state === 'held') await this.#tryHeld(false, next);
  }

  /** The two others talk on; this agent is out of it. In a conference: leaves it. */
  async join(): Promise<void> {
    await this.#ofMain((callId) => this.#deps.link.send('call:join', { callId }));
  }

  async confer(): Promise<void> {
    await this.#ofMain((callId) => this.#deps.link.send('call:confer', { callId }));
  }

  /** The server says whether they are three; the phone follows, after a reload too. */
  async followConference(): Promise<void> {
    const { store, phone } = this.#deps;
    const isConference = store.view.desk?.call?.isConference ?? false;
    if (isConference === this.#isConference) return;
    this.#isConference = isConference;
    await phone.setConference(isConference).catch(() => undefined);
    // Where the exchange mixes, the agent is heard through the first call alone.
    const session = this.#mainSession();
    if (isConference && session?.state === 'held' && !session.changingHold) await this.#tryHeld(false, session);
  }

  #mainSession(): PhoneCallSnapshot | null {
    const { store, phone } = this.#deps;
    return sessionOf({ ...store.view, phone: phone.snapshot() }, store.view.desk?.call ?? null);
  }

  async #ofMain(act: (callId: string) => Promise<unknown>): Promise<void> {
    const callId = this.#deps.store.view.desk?.call?.callId;
    if (callId !== undefined) await this.#wish(() => act(callId));
  }

  /**
   * The customer waits with music before anybody else is rung. When the server refuses, a customer who was talked to is
   * talked to again.
   */
  async #withCallOnHold(act: (callId: string) => Promise<void>): Promise<void> {
    const card = this.#deps.store.view.desk?.call ?? null;
    const session = this.#mainSession();
    if (card === null || session === null) throw this.#failure('desk:why.no-call');
    const wasTalking = session.state === 'talking';
    if (wasTalking && !(await this.#tryHeld(true, session, false))) throw this.#failure('desk:notice.hold-refused');
    try {
      await act(card.callId);
    } catch (error) {
      if (wasTalking && !this.#isUnderWay(card.callId)) await this.#tryHeld(false, session);
      throw error;
    }
  }

  /** An answer that was late is no refusal: the state may say that it was done all the same. */
  #isUnderWay(callId: string): boolean {
    const desk = this.#deps.store.view.desk;
    return desk?.call?.callId !== callId || desk.call.transfer !== null || desk.second !== null;
  }

  /** Through the server, so that it knows who ended the call; by the phone itself when that has no effect. */
  async #end(call: { readonly callId: string; readonly phoneCallIds: readonly string[] } | null): Promise<void> {
    const { link, phone, store, later } = this.#deps;
    const session = call === null ? phone.snapshot().call : sessionOf({ ...store.view, phone: phone.snapshot() }, call);
    const callId = call?.callId ?? session?.callId ?? null;
    const phoneCallId = session?.callId ?? undefined;
    const byPhone = async (): Promise<void> => {
      if (session !== null) await phone.hangUp(phoneCallId).catch(() => undefined);
    };
    if (callId === null) {
      await byPhone();
      return;
    }
    try {
      await link.send('call:hang-up', { callId });
    } catch (error) {
      if (session === null) this.#tell(error);
      await byPhone();
      return;
    }
    later(HANG_UP_LIMIT_MS, () => {
      if (session !== null && phone.snapshot().calls.some((one) => one.callId === session.callId)) void byPhone();
    });
  }

  /** Resolves with whether the exchange confirmed it. */
  async #tryHeld(held: boolean, session: PhoneCallSnapshot | null = null, tells = true): Promise<boolean> {
    try {
      await this.#deps.phone.setHeld(held, session?.callId ?? undefined);
      return true;
    } catch {
      if (tells) this.#deps.refused(this.#deps.t(held ? 'desk:notice.hold-refused' : 'desk:notice.resume-refused'));
      return false;
    }
  }

  async #wish(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    this.#deps.refused(error instanceof CommandError ? error.message : this.#deps.t('desk:error.unknown'));
  }

  #failure(key: MessageKey): CommandError {
    return new CommandError({ code: 'conflict', message: this.#deps.t(key), field: null });
  }
}
