import { type Translate } from '../../shared/i18n/messages.js';
import { type ClientEventPayload } from '../../shared/realtime.js';
import { byId, el, setAttribute, setHidden, setText } from '../dom/element.js';
import { onPress, setPressable } from '../dom/press.js';
import { type Tones } from '../softphone/tones.js';
import { type CallNotice } from './call-notice.js';
import { defaultName, DEFAULT_ID, type Device, type DeviceUse, nameOf } from './device-choice.js';
import { type EchoResult, runEchoTest } from './echo-test.js';
import { type Equipment, type EquipmentState } from './equipment.js';
import { meterShare } from './levels.js';
import { MicrophoneListener } from './microphone-listener.js';
import { canChooseOutput, type SoundOutput } from './sound-output.js';

const METER_MS = 100;
const DEFAULT_VALUE = '';
const LABEL_MAX = 120;
const USES = ['microphone', 'speaker', 'ringer'] as const;

type Report = ClientEventPayload<'equipment:report'>;

export interface EquipmentDialogDeps {
  readonly t: Translate;
  readonly equipment: Equipment;
  readonly tones: Tones;
  /** Sounds on the device that plays the customer's voice. */
  readonly speakerTest: SoundOutput;
  readonly notice: CallNotice;
  /** The microphone, asked for where it is not held. What is wrong is a sentence. */
  readonly openMicrophone: () => Promise<MediaStreamTrack>;
  /** The dialog needs the microphone no more. */
  readonly onClosed: () => void;
  readonly isInCall: () => boolean;
  readonly report: (report: Report) => Promise<unknown>;
}

/** "Equipamento": three choices, a meter, three tests. */
export class EquipmentDialog {
  readonly #deps: EquipmentDialogDeps;
  readonly #dialog = byId('equipment-dialog', HTMLDialogElement);
  readonly #selects: Readonly<Record<DeviceUse, HTMLSelectElement>> = {
    microphone: byId('equipment-microphone', HTMLSelectElement),
    speaker: byId('equipment-speaker', HTMLSelectElement),
    ringer: byId('equipment-ringer', HTMLSelectElement),
  };
  readonly #level = byId('equipment-level');
  readonly #result = byId('equipment-result');
  readonly #echo = byId('equipment-echo');
  #listener: MicrophoneListener | null = null;
  #meter: ReturnType<typeof setInterval> | undefined;

  constructor(deps: EquipmentDialogDeps) {
    this.#deps = deps;
    for (const use of USES) {
      const select = this.#selects[use];
      select.addEventListener('change', () => {
        void deps.equipment.choose(use, select.value === DEFAULT_VALUE ? null : select.value);
      });
    }
    onPress(byId('equipment-allow-button'), () => this.#listen());
    onPress(byId('equipment-test-ringer'), () => this.#play('ringer'));
    onPress(byId('equipment-test-speaker'), () => this.#play('speaker'));
    onPress(this.#echo, () => this.#runEcho());
    this.#dialog.addEventListener('close', () => {
      this.#stopListening();
      deps.onClosed();
    });
  }

  open(): void {
    if (this.#dialog.open) return;
    setText(byId('equipment-playing'), '');
    this.#showError('');
    this.#dialog.showModal();
    void this.#deps.equipment.refresh().then(() => {
      this.render(this.#deps.equipment.state);
      // Where the permission is there already, nobody is asked for it.
      if (this.#deps.equipment.state.isLabelled) return this.#listen();
      return undefined;
    });
  }

  render(state: EquipmentState): void {
    if (!this.#dialog.open) return;
    setHidden(byId('equipment-allow'), state.isLabelled);
    setHidden(byId('equipment-no-sink'), canChooseOutput());
    for (const use of USES) this.#fill(use, use === 'microphone' ? state.microphones : state.outputs, state);
    setPressable(this.#echo, this.#deps.isInCall() ? this.#deps.t('equipment:echo.in-call') : null);
    setText(byId('equipment-notices'), this.#deps.t(`equipment:notices.${this.#deps.notice.permission}`));
    if (this.#listener !== null && this.#listener.source.readyState !== 'live') void this.#listen();
  }

  #fill(use: DeviceUse, devices: readonly Device[], state: EquipmentState): void {
    const { t } = this.#deps;
    const select = this.#selects[use];
    const kind = use === 'microphone' ? 'microphone' : 'speaker';
    const { chosen, missing } = state.uses[use];
    const system = defaultName(devices);
    const options: readonly (readonly [value: string, text: string])[] = [
      [DEFAULT_VALUE, system === null ? t('equipment:default') : `${t('equipment:default')} (${system})`],
      ...devices
        .filter(({ id }) => id !== DEFAULT_ID)
        .map(({ id, label }, index): readonly [string, string] => [
          id,
          label === '' ? t(`equipment:unnamed.${kind}`, { number: index + 1 }) : nameOf(label),
        ]),
      ...(chosen !== null && missing !== null
        ? [[chosen.id, t('equipment:missing', { device: missing })] as const]
        : []),
    ];
    const shown = [...select.options].map(({ value, text }) => [value, text]);
    if (JSON.stringify(shown) !== JSON.stringify(options)) {
      select.replaceChildren(...options.map(([value, text]) => el('option', { value }, text)));
    }
    select.value = chosen?.id ?? DEFAULT_VALUE;
    select.disabled = use !== 'microphone' && !canChooseOutput();
  }

  async #listen(): Promise<void> {
    try {
      const track = await this.#deps.openMicrophone();
      this.#stopListening();
      if (!this.#dialog.open) {
        this.#deps.onClosed();
        return;
      }
      this.#showError('');
      void this.#deps.tones.unlock();
      this.#listener = new MicrophoneListener(this.#deps.tones.context, track);
      this.#meter = setInterval(() => {
        this.#showLevel(this.#listener === null ? 0 : meterShare(this.#listener.read()));
      }, METER_MS);
    } catch (error) {
      this.#showError(error instanceof Error ? error.message : '');
    }
  }

  #stopListening(): void {
    clearInterval(this.#meter);
    this.#listener?.stop();
    this.#listener = null;
    this.#showLevel(0);
  }

  #showLevel(share: number): void {
    const percent = String(Math.round(share * 100));
    setAttribute(this.#level, 'aria-valuenow', percent);
    setAttribute(this.#level, 'aria-valuetext', this.#deps.t('equipment:level.percent', { percent }));
    this.#level.style.setProperty('--level', share.toFixed(2));
  }

  async #play(use: 'speaker' | 'ringer'): Promise<void> {
    const { t, tones, speakerTest, equipment } = this.#deps;
    const played = await (use === 'ringer' ? tones.test() : tones.test(speakerTest));
    this.#showError(played ? '' : t('equipment:test-failed'));
    const device = equipment.state.uses[use].used ?? t('equipment:default');
    setText(byId('equipment-playing'), played ? t('equipment:test-playing', { device }) : '');
  }

  async #runEcho(): Promise<void> {
    const { t, tones, equipment } = this.#deps;
    setAttribute(this.#result, 'data-level', null);
    try {
      const track = await this.#deps.openMicrophone();
      await tones.unlock();
      const result = await runEchoTest({
        context: tones.context,
        track,
        speakerId: equipment.state.uses.speaker.missing === null ? (equipment.state.uses.speaker.chosen?.id ?? '') : '',
        onStage: (stage) => {
          const text =
            stage.name === 'playing'
              ? t('equipment:echo.playing')
              : t('equipment:echo.recording', { seconds: Math.max(0, stage.seconds) });
          setText(this.#result, text);
        },
      });
      this.#showResult(result);
      await this.#store(result);
    } catch (error) {
      setAttribute(this.#result, 'data-level', 'failed');
      setText(this.#result, t('equipment:echo.failed', { why: error instanceof Error ? error.message : '' }));
    }
  }

  #showResult({ level, roundTripMs, isPlayed }: EchoResult): void {
    const { t } = this.#deps;
    setAttribute(this.#result, 'data-level', level);
    const facts = [
      t(`equipment:advice.${level}`),
      ...(isPlayed ? [] : [t('equipment:echo.unplayed')]),
      ...(roundTripMs === null ? [] : [t('equipment:echo.round-trip', { ms: Math.round(roundTripMs) })]),
    ];
    this.#result.replaceChildren(el('strong', {}, t(`equipment:level.${level}`)), ` · ${facts.join(' · ')}`);
  }

  async #store({ level, peakDb, roundTripMs }: EchoResult): Promise<void> {
    const { uses } = this.#deps.equipment.state;
    try {
      await this.#deps.report({
        level,
        peakDb,
        roundTripMs,
        microphone: labelOf(uses.microphone.used),
        speaker: labelOf(uses.speaker.used),
        ringer: labelOf(uses.ringer.used),
      });
      setAttribute(this.#result, 'data-stored', 'true');
    } catch (error) {
      const why = error instanceof Error ? error.message : '';
      this.#showError(this.#deps.t('equipment:echo.not-stored', { why }));
    }
  }

  #showError(text: string): void {
    const error = byId('equipment-error');
    setHidden(error, text === '');
    setText(error, text);
  }
}

/** As the server takes it. */
export function labelOf(name: string | null): string | null {
  return name === null || name === '' ? null : name.slice(0, LABEL_MAX);
}
