import { type Translate } from '../../shared/i18n/messages.js';
import { type CallbackView } from '../../shared/desk.js';
import { type Microphone } from '../softphone/microphone.js';
import { type Softphone, type SoftphoneProblem } from '../softphone/softphone.js';
import { type Tones } from '../softphone/tones.js';
import { type BannerAction } from './banners.js';
import { CallHandling } from './call-handling.js';
import { CommandError, type DeskLink } from './desk-link.js';
import { type DeskStore } from './desk-store.js';
import { type Drafts } from './drafts.js';
import { isOnShift } from './phase.js';
import { PhoneOwner } from './phone-owner.js';
import { type Booking } from './regions/callback-form.js';
import { microphoneProblemOf, type ShiftProgress, ShiftStart, type ShiftStep } from './shift-start.js';

const REGISTER_LIMIT_MS = 10_000;
const STATE_LIMIT_MS = 5_000;
/** So long a page without a phone lets others go first, when nobody has it. */
const CLAIM_PATIENCE_MS = 2_000;

export interface DeskControllerDeps {
  readonly t: Translate;
  readonly store: DeskStore;
  readonly link: DeskLink;
  readonly softphone: Softphone;
  readonly microphone: Microphone;
  readonly tones: Tones;
  readonly drafts: Drafts;
  readonly notice: (tone: 'danger' | 'success', text: string) => void;
  readonly openEquipment: () => void;
  readonly onShiftProgress: (progress: ShiftProgress) => void;
  readonly reload: () => void;
}

/** What the person can do, and what follows from it at the server, at the phone and on the page. */
export class DeskController {
  readonly calls: CallHandling;
  readonly #deps: DeskControllerDeps;
  readonly #owner: PhoneOwner;
  readonly #shift: ShiftStart;

  constructor(deps: DeskControllerDeps) {
    this.#deps = deps;
    this.#owner = new PhoneOwner({
      store: deps.store,
      claim: (force) => this.#claim(force),
      openMicrophone: () => this.#openMicrophone(),
      patience: () => new Promise((resolve) => setTimeout(resolve, CLAIM_PATIENCE_MS)),
      phone: deps.softphone,
    });
    this.#shift = new ShiftStart({
      steps: this.#shiftSteps(),
      remedy: (step, error) => this.#remedy(step, error),
      onChanged: deps.onShiftProgress,
    });
    this.calls = new CallHandling({
      t: deps.t,
      store: deps.store,
      link: deps.link,
      phone: deps.softphone,
      keySound: () => {
        this.keySound();
      },
      refused: (sentence) => {
        deps.notice('danger', sentence);
      },
      later: (ms, run) => {
        setTimeout(run, ms);
      },
    });
  }

  /** The state says where the phone belongs. */
  followPhone(): void {
    void this.#owner.follow();
  }

  async startShift(): Promise<void> {
    const { store } = this.#deps;
    store.update({ isStartingShift: true });
    try {
      // The answer may come before the state that says so; until then the phone would seem to have no shift to be for.
      if (await this.#shift.run()) await this.#untilOnShift();
    } finally {
      store.update({ isStartingShift: false });
    }
  }

  async endShift(): Promise<void> {
    await this.#wish(async () => {
      await this.#deps.link.send('shift:end', {});
      await this.#deps.softphone.stop({ unregister: true });
      this.#deps.microphone.close();
    });
  }

  async pause(reasonId: number): Promise<void> {
    await this.#wish(() => this.#deps.link.send('agent:pause', { reasonId }));
  }

  async resume(): Promise<void> {
    await this.#wish(() => this.#deps.link.send('agent:resume', {}));
  }

  /** Takes back a pause that waits for the end of the call. */
  async dropPause(): Promise<void> {
    await this.#wish(() => this.#deps.link.send('agent:drop-pause', {}));
  }

  async setQueue(queueId: number, loggedIn: boolean): Promise<void> {
    await this.#wish(() => this.#deps.link.send(loggedIn ? 'queue:log-in' : 'queue:log-out', { queueId }));
  }

  async setAllQueues(loggedIn: boolean): Promise<void> {
    await this.#wish(() => this.#deps.link.send('queue:all', { loggedIn }));
  }

  keySound(): void {
    if (this.#deps.tones.isUnlocked) this.#deps.tones.key();
  }

  async dial(number: string): Promise<void> {
    await this.#deps.link.send('call:dial', { number });
  }

  /**
   * What is typed is stored before the record is closed; while it is not, it stays open. Throws a CommandError where
   * something is to be filled in first.
   */
  async finishWrapUp(): Promise<void> {
    const card = this.#deps.store.view.desk?.call ?? null;
    if (card === null) return;
    await this.#unlessField(async () => {
      if (card.attendance !== null && !(await this.#deps.drafts.flush(card.attendance.attendanceId))) return;
      await this.#deps.link.send('wrap-up:finish', { callId: card.callId });
    });
  }

  /** The same for a record whose call is over. */
  async finishRecord(attendanceId: number): Promise<void> {
    await this.#unlessField(async () => {
      if (!(await this.#deps.drafts.flush(attendanceId))) return;
      await this.#deps.link.send('attendance:finish', { attendanceId });
    });
  }

  book(booking: Booking): Promise<CallbackView> {
    return this.#deps.link.send('callback:book', booking);
  }

  async cancelCallback(callbackId: number): Promise<void> {
    await this.#wish(() => this.#deps.link.send('callback:cancel', { callbackId }));
  }

  async act(action: BannerAction): Promise<void> {
    const { tones, softphone, store, reload, link } = this.#deps;
    switch (action) {
      case 'allow-phone':
      case 'deny-phone':
        await this.#wish(() =>
          link.send('phone:answer', { pageId: store.view.pageId, agreed: action === 'allow-phone' }),
        );
        return;
      case 'silence-seen':
        store.update({ silenceSeen: store.view.desk?.phoneSilence?.until ?? null });
        return;
      case 'resume':
        await this.resume();
        return;
      case 'reload':
        reload();
        return;
      case 'use-here':
        await tones.unlock();
        await this.#wish(() => this.#owner.takeOver());
        return;
      case 'retry-microphone':
        await this.#openMicrophone().catch(() => undefined);
        this.followPhone();
        return;
      case 'unblock-sound': {
        const unlocked = await tones.unlock();
        store.update({ isSoundBlocked: !(await softphone.playSound()) || !unlocked });
        return;
      }
      case 'open-equipment':
        this.#deps.openEquipment();
    }
  }

  /** The phone's troubles, as the page shows them. */
  phoneProblem(problem: SoftphoneProblem): void {
    const { store, notice, t } = this.#deps;
    switch (problem.kind) {
      case 'microphone':
        store.update({ microphoneProblem: problem.problem });
        return;
      case 'sound-blocked':
        store.update({ isSoundBlocked: true });
        return;
      case 'media-failed':
        notice('danger', t('desk:notice.media-failed'));
        return;
      case 'hold-refused':
        return;
    }
  }

  #shiftSteps(): Readonly<Record<ShiftStep, () => Promise<void>>> {
    const { tones, softphone, link, store } = this.#deps;
    return {
      sound: async () => {
        if (!(await tones.unlock())) throw new Error('the sound is blocked');
        store.update({ isSoundBlocked: false });
      },
      microphone: () => this.#openMicrophone(),
      ringer: async () => {
        if (!(await tones.test())) throw new Error('the ringer is silent');
      },
      claim: async () => {
        if ((await this.#claim(false)).holder !== store.view.pageId) throw new Error('the phone is held elsewhere');
      },
      register: async () => {
        softphone.start();
        await softphone.whenRegistered(REGISTER_LIMIT_MS);
      },
      shift: async () => {
        await link.send('shift:start', { pageId: store.view.pageId });
      },
    };
  }

  #remedy(step: ShiftStep, error: unknown): string {
    const { t } = this.#deps;
    if (error instanceof CommandError) return error.message;
    switch (step) {
      case 'sound':
      case 'ringer':
        return t('desk:shift.failed.sound');
      case 'microphone':
        return t(`desk:microphone.${microphoneProblemOf(error)}`);
      case 'claim':
        return t('desk:shift.failed.claim');
      case 'register':
        return t('desk:shift.failed.register');
      case 'shift':
        return t('desk:error.unknown');
    }
  }

  #untilOnShift(): Promise<void> {
    const { store } = this.#deps;
    if (isOnShift(store.view)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        off();
        resolve();
      };
      const timer = setTimeout(done, STATE_LIMIT_MS);
      const off = store.subscribe((view) => {
        if (isOnShift(view)) done();
      });
    });
  }

  async #openMicrophone(): Promise<void> {
    try {
      await this.#deps.microphone.open();
      this.#deps.store.update({ microphoneProblem: null });
    } catch (error) {
      this.#deps.store.update({ microphoneProblem: microphoneProblemOf(error) });
      throw error;
    }
  }

  #claim(force: boolean): Promise<{ readonly holder: string | null }> {
    const { pageId, deviceId } = this.#deps.store.view;
    return this.#deps.link.send('phone:claim', { pageId, deviceId, force });
  }

  /** A wish that fails is told; it changes nothing by itself. */
  /** As a wish; what is about a field is for the form. */
  async #unlessField(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (error instanceof CommandError && error.field !== null) throw error;
      this.#tell(error);
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
    // The microphone has a banner of its own.
    if (this.#deps.store.view.microphoneProblem !== null && !(error instanceof CommandError)) return;
    this.#deps.notice('danger', error instanceof CommandError ? error.message : this.#deps.t('desk:error.unknown'));
  }
}
