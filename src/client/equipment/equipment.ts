import {
  defaultName,
  DEFAULT_ID,
  type Device,
  devicesOf,
  type DeviceUse,
  findDevice,
  isSameDevice,
  nameOf,
} from './device-choice.js';
import { type Choices, type EquipmentMemory } from './equipment-memory.js';
import { type Sink } from './sound-output.js';

const USES: readonly DeviceUse[] = ['microphone', 'speaker', 'ringer'];

/** One use of a device: what is wanted and what there is. */
export interface UseState {
  /** Null for the system's default. */
  readonly chosen: Device | null;
  /** The name of what is in use; null while the browser does not say. */
  readonly used: string | null;
  /** What should be in use and is not there; null when all is as it should be. */
  readonly missing: string | null;
}

export interface EquipmentState {
  readonly uses: Readonly<Record<DeviceUse, UseState>>;
  readonly microphones: readonly Device[];
  readonly outputs: readonly Device[];
  /** The browser tells names only to a page that was given the microphone. */
  readonly isLabelled: boolean;
  /** The system, or a button of the headset, keeps the microphone silent. */
  readonly isMicrophoneMuted: boolean;
}

export interface EquipmentDeps {
  /** Undefined where the page is not a secure context. */
  readonly mediaDevices: Pick<MediaDevices, 'enumerateDevices' | 'addEventListener'> | undefined;
  readonly memory: EquipmentMemory;
  readonly microphone: {
    readonly track: MediaStreamTrack | null;
    /** Takes the device that `microphoneId` says now, and gives calls under way its track. */
    reopen(): Promise<unknown>;
  };
  readonly sinks: Readonly<Record<'speaker' | 'ringer', readonly Sink[]>>;
  readonly onChanged: (state: EquipmentState) => void;
  /** A device that was away is in use again. */
  readonly onBack: (use: DeviceUse, name: string) => void;
  readonly onFailed: (name: string) => void;
}

/**
 * Which devices the page uses: those that were chosen while they are there, others while they are not. Follows devices
 * that come and go, so that a call never falls silent because a plug was pulled.
 */
export class Equipment {
  readonly #deps: EquipmentDeps;
  #choices: Choices;
  /** What was in use when nothing was chosen: if it goes, that is said, and when it returns it is used again. */
  readonly #expected: Record<DeviceUse, Device | null> = { microphone: null, speaker: null, ringer: null };
  #microphones: readonly Device[] = [];
  #outputs: readonly Device[] = [];
  #isMuted = false;
  #watched: MediaStreamTrack | null = null;
  #refreshing: Promise<void> | null = null;
  #again = false;
  /** A microphone that is listed and could not be had: not asked for again until something changes. */
  #refused: string | null = null;
  #state: EquipmentState;

  constructor(deps: EquipmentDeps) {
    this.#deps = deps;
    this.#choices = deps.memory.read();
    this.#state = this.#stateNow();
    deps.mediaDevices?.addEventListener('devicechange', () => {
      this.#refused = null;
      void this.refresh();
    });
  }

  get state(): EquipmentState {
    return this.#state;
  }

  /** For `getUserMedia`: the id of the microphone to take; null for whatever the system gives. */
  get microphoneId(): string | null {
    // Before the browser tells of its devices, the remembered id is worth a try.
    if (!this.#isLabelled) return this.#choices.microphone?.id ?? null;
    const found = this.#find('microphone');
    return found === null || found.id === DEFAULT_ID ? null : found.id;
  }

  /** Looks at the devices again and moves to where each use belongs. One look at a time; a change meanwhile is seen. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#refreshing ??= this.#refreshAll().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** A track of the microphone was taken. */
  async opened(track: MediaStreamTrack): Promise<void> {
    this.#watch(track);
    await this.refresh();
  }

  /** The shift is over: what was in use by chance is no wish for the next one. */
  closed(): void {
    for (const use of USES) this.#expected[use] = null;
    this.#watched = null;
    this.#isMuted = false;
    this.#tell();
  }

  /** Null is the system's default. Kept for this person in this browser. */
  async choose(use: DeviceUse, id: string | null): Promise<void> {
    const devices = use === 'microphone' ? this.#microphones : this.#outputs;
    const device = id === null ? null : (devices.find((each) => each.id === id) ?? null);
    this.#choices = {
      ...this.#choices,
      [use]: device === null ? null : { id: device.id, label: nameOf(device.label) },
    };
    this.#expected[use] = null;
    this.#refused = null;
    this.#deps.memory.write(this.#choices);
    if (use === 'microphone' && this.#deps.microphone.track !== null) await this.#reopen();
    await this.refresh();
  }

  async #refreshAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const infos = (await this.#deps.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
      this.#microphones = devicesOf(infos, 'audioinput');
      this.#outputs = devicesOf(infos, 'audiooutput');
      if (this.#isLabelled) this.#expect();
      await this.#moveMicrophone();
      for (const use of ['speaker', 'ringer'] as const) await this.#moveOutput(use);
      this.#rememberIds();
      this.#tell();
    }
  }

  get #isLabelled(): boolean {
    return [...this.#microphones, ...this.#outputs].some(({ label }) => label !== '');
  }

  #wanted(use: DeviceUse): Device | null {
    return this.#choices[use] ?? this.#expected[use];
  }

  #find(use: DeviceUse): Device | null {
    const wanted = this.#wanted(use);
    return wanted === null ? null : findDevice(use === 'microphone' ? this.#microphones : this.#outputs, wanted);
  }

  /** Notes what is in use where nothing was chosen, once a shift. */
  #expect(): void {
    const { track } = this.#deps.microphone;
    if (track?.readyState !== 'live') return;
    this.#expected.microphone ??= { id: track.getSettings().deviceId ?? DEFAULT_ID, label: nameOf(track.label) };
    const output = defaultName(this.#outputs);
    if (output !== null) {
      this.#expected.speaker ??= { id: DEFAULT_ID, label: output };
      this.#expected.ringer ??= { id: DEFAULT_ID, label: output };
    }
  }

  async #moveMicrophone(): Promise<void> {
    const { track } = this.#deps.microphone;
    if (track === null) return;
    const found = this.#find('microphone');
    const used = deviceOf(track);
    const isThere = this.#microphones.some((each) => isSameDevice(each, used)) || !this.#isLabelled;
    const isRight = found === null || isSameDevice(found, used);
    if (track.readyState === 'live' && isThere && isRight) return;
    const wanted = found?.id ?? '';
    if (track.readyState === 'live' && this.#refused === wanted) return;
    this.#refused = wanted;
    await this.#reopen();
  }

  async #reopen(): Promise<void> {
    // What stands in the way is told by the microphone itself.
    await this.#deps.microphone.reopen().catch(() => undefined);
  }

  async #moveOutput(use: 'speaker' | 'ringer'): Promise<void> {
    if (!this.#isLabelled) return;
    const chosen = this.#choices[use];
    const found = chosen === null ? null : findDevice(this.#outputs, chosen);
    const id = found === null || found.id === DEFAULT_ID ? '' : found.id;
    try {
      for (const sink of this.#deps.sinks[use]) await sink.setDevice(id);
    } catch {
      this.#deps.onFailed(nameOf(found?.label ?? ''));
      for (const sink of this.#deps.sinks[use]) await sink.setDevice('').catch(() => undefined);
    }
  }

  /** A device that was found by its name has another id now: the next look need not search. */
  #rememberIds(): void {
    const changed = { ...this.#choices };
    for (const use of USES) {
      const chosen = changed[use];
      const found = chosen === null ? null : this.#find(use);
      if (chosen === null || found === null || found.id === DEFAULT_ID) continue;
      changed[use] = { id: found.id, label: nameOf(found.label) || chosen.label };
    }
    if (JSON.stringify(changed) === JSON.stringify(this.#choices)) return;
    this.#choices = changed;
    this.#deps.memory.write(changed);
  }

  #watch(track: MediaStreamTrack): void {
    if (this.#watched === track) return;
    this.#watched = track;
    this.#isMuted = track.muted;
    const follow = (): void => {
      if (this.#watched !== track) return;
      this.#isMuted = track.muted;
      this.#tell();
    };
    track.addEventListener('mute', follow);
    track.addEventListener('unmute', follow);
  }

  #tell(): void {
    const before = this.#state;
    this.#state = this.#stateNow();
    for (const use of USES) {
      const { missing, used } = this.#state.uses[use];
      if (before.uses[use].missing !== null && missing === null && used !== null && this.#wanted(use) !== null) {
        this.#deps.onBack(use, used);
      }
    }
    this.#deps.onChanged(this.#state);
  }

  #stateNow(): EquipmentState {
    return {
      uses: {
        microphone: this.#microphoneState(),
        speaker: this.#outputState('speaker'),
        ringer: this.#outputState('ringer'),
      },
      microphones: this.#microphones,
      outputs: this.#outputs,
      isLabelled: this.#isLabelled,
      isMicrophoneMuted: this.#isMuted,
    };
  }

  #microphoneState(): UseState {
    const { track } = this.#deps.microphone;
    const wanted = this.#wanted('microphone');
    const used = track?.readyState === 'live' ? deviceOf(track) : null;
    const isFallback = wanted !== null && used !== null && !isSameDevice(wanted, used);
    return {
      chosen: this.#choices.microphone,
      used: used === null ? null : nameOf(used.label),
      missing: isFallback ? nameOf(wanted.label) : null,
    };
  }

  #outputState(use: 'speaker' | 'ringer'): UseState {
    const wanted = this.#wanted(use);
    const found = this.#find(use);
    const isMissing = this.#isLabelled && wanted !== null && found === null;
    return {
      chosen: this.#choices[use],
      used: found === null ? defaultName(this.#outputs) : nameOf(found.label),
      missing: isMissing ? nameOf(wanted.label) : null,
    };
  }
}

function deviceOf(track: MediaStreamTrack): Device {
  return { id: track.getSettings().deviceId ?? '', label: nameOf(track.label) };
}
