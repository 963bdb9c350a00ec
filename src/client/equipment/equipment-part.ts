import { type Translate } from '../../shared/i18n/messages.js';
import { type DeskLink } from '../desk/desk-link.js';
import { type DeskStore, type DeskView } from '../desk/desk-store.js';
import { callerName, holdsPhone, isOnShift, rings } from '../desk/phase.js';
import { type Region } from '../desk/regions/region.js';
import { Ringer } from '../desk/ringer.js';
import { microphoneProblemOf } from '../desk/shift-start.js';
import { byId } from '../dom/element.js';
import { type CallStats } from '../softphone/call-stats.js';
import { Microphone } from '../softphone/microphone.js';
import { Tones } from '../softphone/tones.js';
import { CallNotice } from './call-notice.js';
import { EquipmentDialog, labelOf } from './equipment-dialog.js';
import { EquipmentMemory } from './equipment-memory.js';
import { isSameTroubles, troublesOf } from './equipment-troubles.js';
import { Equipment, type EquipmentState } from './equipment.js';
import { LineReporter } from './line-reporter.js';
import { ElementSink, SoundOutput } from './sound-output.js';
import { SoundWatch } from './sound-watch.js';

export interface EquipmentPartDeps {
  readonly t: Translate;
  readonly store: DeskStore;
  readonly link: Pick<DeskLink, 'send'>;
  readonly remoteAudio: HTMLAudioElement;
  /** Whose choices are remembered here. */
  readonly person: string;
  readonly stats: () => Promise<CallStats | null>;
  /** Calls under way go on with the microphone as it is now. */
  readonly refreshMicrophone: () => Promise<void>;
  readonly notice: (tone: 'danger' | 'success', text: string) => void;
  readonly say: (text: string) => void;
}

/** Everything about the agent's devices: sounds, microphone, what is chosen, what is wrong, how the line measures. */
export class EquipmentPart implements Region {
  readonly tones: Tones;
  readonly microphone: Microphone;
  readonly #deps: EquipmentPartDeps;
  readonly #equipment: Equipment;
  readonly #dialog: EquipmentDialog;
  readonly #notice: CallNotice;
  readonly #ringer: Ringer;
  readonly #watch: SoundWatch;
  readonly #reporter: LineReporter;
  #wasOnShift = false;

  constructor(deps: EquipmentPartDeps) {
    this.#deps = deps;
    const { t, store } = deps;
    const context = new AudioContext();
    const ringerOutput = new SoundOutput(context);
    const speakerTest = new SoundOutput(context);
    this.tones = new Tones(context, ringerOutput);
    const mediaDevices = (navigator as { readonly mediaDevices?: MediaDevices }).mediaDevices;
    this.microphone = new Microphone({
      mediaDevices,
      isSecureContext: window.isSecureContext,
      onProblem: (microphoneProblem) => {
        store.update({ microphoneProblem });
        if (microphoneProblem === null) void deps.refreshMicrophone().catch(() => undefined);
      },
      wantedId: () => this.#equipment.microphoneId,
      onOpened: (track) => this.#equipment.opened(track),
    });
    this.#equipment = new Equipment({
      mediaDevices,
      memory: new EquipmentMemory({ storage: localStorage, person: deps.person }),
      microphone: this.microphone,
      sinks: { speaker: [new ElementSink(deps.remoteAudio), speakerTest], ringer: [ringerOutput] },
      onChanged: (state) => {
        this.#changed(state);
      },
      onBack: (use, device) => {
        deps.notice('success', t(`equipment:notice.${use}-back`, { device }));
      },
      onFailed: (device) => {
        deps.notice('danger', t('equipment:notice.choice-failed', { device }));
      },
    });
    this.#notice = new CallNotice({
      notifications: (globalThis as { readonly Notification?: typeof Notification }).Notification,
      isInFront: () => !document.hidden && document.hasFocus(),
      focus: () => {
        window.focus();
      },
    });
    const onBlocked = (isSoundBlocked: boolean): void => {
      store.update({ isSoundBlocked });
    };
    this.#ringer = new Ringer({ tones: this.tones, document, onSound: onBlocked });
    this.#watch = new SoundWatch({ tones: this.tones, document, onBlocked });
    this.#reporter = new LineReporter({
      stats: deps.stats,
      devices: () => {
        const { microphone, speaker } = this.#equipment.state.uses;
        return { microphone: labelOf(microphone.used), speaker: labelOf(speaker.used) };
      },
      send: (report) => deps.link.send('call:quality', report),
    });
    this.#dialog = this.#createDialog(speakerTest);
    for (const id of ['equipment-open', 'equipment-open-start']) {
      byId(id).addEventListener('click', () => {
        this.open();
      });
    }
    window.addEventListener('blur', () => {
      this.#notice.look();
    });
    void this.#equipment.refresh();
  }

  open(): void {
    this.#dialog.open();
  }

  /** At the click that starts the shift, and never before. Nobody waits for the answer. */
  askForNotices(): void {
    void this.#notice.ask();
  }

  render(view: DeskView): void {
    const name = rings(view) ? callerName(view) : null;
    const { t } = this.#deps;
    this.#ringer.set(name === null ? null : t('desk:call.title-ringing', { name }));
    const queue = view.desk?.call?.queueName ?? null;
    this.#notice.set(
      name === null || !holdsPhone(view)
        ? null
        : {
            title: t('equipment:ringing.title', { name }),
            body: queue === null ? t('equipment:ringing.body-plain') : t('equipment:ringing.body', { queue }),
          },
    );
    this.#watch.follow(isOnShift(view) && holdsPhone(view) && !view.isStartingShift);
    this.#reporter.follow(view);
    this.#dialog.render(this.#equipment.state);
    if (this.#wasOnShift && !isOnShift(view)) this.#equipment.closed();
    this.#wasOnShift = isOnShift(view);
  }

  #changed(state: EquipmentState): void {
    const { t, store, say } = this.#deps;
    this.#dialog.render(state);
    const troubles = troublesOf(state, t);
    const before = store.view.equipment;
    if (isSameTroubles(before, troubles)) return;
    store.update({ equipment: troubles });
    if (!isOnShift(store.view)) return;
    for (const { sentence } of troubles) if (!before.some((each) => each.sentence === sentence)) say(sentence);
  }

  #createDialog(speakerTest: SoundOutput): EquipmentDialog {
    const { t, store, link } = this.#deps;
    return new EquipmentDialog({
      t,
      equipment: this.#equipment,
      tones: this.tones,
      speakerTest,
      notice: this.#notice,
      openMicrophone: async () => {
        try {
          return await this.microphone.open();
        } catch (error) {
          throw new Error(t(`desk:microphone.${microphoneProblemOf(error)}`), { cause: error });
        }
      },
      onClosed: () => {
        // Off shift nobody holds a microphone that nobody uses.
        if (!isOnShift(store.view) && !store.view.isStartingShift) this.microphone.close();
      },
      isInCall: () => store.view.phone.call !== null,
      report: (report) => link.send('equipment:report', report),
    });
  }
}
