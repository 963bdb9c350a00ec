import assert from 'node:assert/strict';
import {
  defaultName,
  type Device,
  devicesOf,
  findDevice,
  isSameDevice,
  nameOf,
} from '../../../src/client/equipment/device-choice.js';
import { EquipmentMemory } from '../../../src/client/equipment/equipment-memory.js';
import { isSameTroubles, troublesOf } from '../../../src/client/equipment/equipment-troubles.js';
import { Equipment, type EquipmentState } from '../../../src/client/equipment/equipment.js';
import { LevelSummary, meterShare } from '../../../src/client/equipment/levels.js';
import { renderBeats } from '../../../src/client/softphone/tones.js';

const DEFAULT: Device = { id: 'default', label: 'Padrão - Alto-falantes (Realtek)' };
const SPEAKERS: Device = { id: 'o1', label: 'Alto-falantes (Realtek)' };
const JABRA: Device = { id: 'o2', label: 'Fone (2- Jabra Link 380) (0b0e:24b8)' };

describe('the name of a device', () => {
  it('is without what the system puts before it and the browser behind it', () => {
    assert.equal(nameOf('Padrão - Microfone (Jabra)'), 'Microfone (Jabra)');
    assert.equal(nameOf('Default - Internal Microphone'), 'Internal Microphone');
    assert.equal(nameOf('Communications - Jabra Evolve 65 (0b0e:030c)'), 'Jabra Evolve 65');
    assert.equal(nameOf('Fake Default Audio Input'), 'Fake Default Audio Input');
  });
});

describe('a chosen device', () => {
  const devices = [DEFAULT, SPEAKERS, JABRA];

  it('is found by its id, whatever it is called now', () => {
    assert.equal(findDevice(devices, { id: 'o2', label: 'Outro nome' }), JABRA);
  });
  it('is found by its name when the id has changed, also at another socket', () => {
    assert.equal(findDevice(devices, { id: 'gone', label: 'Fone (2- Jabra Link 380)' }), JABRA);
    assert.equal(findDevice(devices, { id: 'gone', label: 'fone (5- jabra link 380)' }), JABRA);
    assert.equal(findDevice(devices, { id: 'gone', label: 'Alto-falantes (Realtek)' }), SPEAKERS);
  });
  it('is the system’s default only where no device of its own has the name', () => {
    assert.equal(findDevice([DEFAULT], { id: 'gone', label: 'Alto-falantes (Realtek)' }), DEFAULT);
  });
  it('that is not there is not guessed', () => {
    assert.equal(findDevice(devices, { id: 'gone', label: 'Plantronics' }), null);
    assert.equal(findDevice(devices, { id: 'gone', label: '' }), null);
    assert.equal(findDevice([{ id: 'x', label: '' }], { id: 'gone', label: '' }), null);
  });
  it('is the same as another with its id or its name; the default is known by name only', () => {
    assert.ok(isSameDevice(JABRA, { id: 'o2', label: '' }));
    assert.ok(isSameDevice(DEFAULT, SPEAKERS));
    assert.ok(!isSameDevice({ id: 'default', label: 'A' }, { id: 'default', label: 'B' }));
    assert.ok(!isSameDevice({ id: 'a', label: '' }, { id: 'b', label: '' }));
  });
});

describe('the devices of a kind', () => {
  it('leave out what the browser may not tell and the alias for calls', () => {
    const infos = [
      { kind: 'audioinput', deviceId: '', label: '' },
      { kind: 'audiooutput', deviceId: 'default', label: 'Default - Fone' },
      { kind: 'audiooutput', deviceId: 'communications', label: 'Communications - Fone' },
      { kind: 'audiooutput', deviceId: 'a', label: 'Fone' },
    ] as const;
    assert.deepEqual(devicesOf(infos, 'audioinput'), []);
    const outputs = devicesOf(infos, 'audiooutput');
    assert.deepEqual(
      outputs.map(({ id }) => id),
      ['default', 'a'],
    );
    assert.equal(defaultName(outputs), 'Fone');
    assert.equal(defaultName([JABRA]), null);
  });
});

describe('the memory of devices', () => {
  const storage = (): Pick<Storage, 'getItem' | 'setItem'> => {
    const values = new Map<string, string>();
    return {
      getItem: (key) => values.get(key) ?? null,
      setItem: (key, value) => {
        values.set(key, value);
      },
    };
  };
  const chosen = { microphone: JABRA, speaker: null, ringer: SPEAKERS };

  it('is each person’s own', () => {
    const shared = storage();
    new EquipmentMemory({ storage: shared, person: '7' }).write(chosen);
    assert.deepEqual(new EquipmentMemory({ storage: shared, person: '7' }).read(), chosen);
    assert.deepEqual(new EquipmentMemory({ storage: shared, person: '8' }).read().microphone, null);
  });
  it('takes what it cannot read for nothing', () => {
    for (const stored of ['', '{', 'null', '[]', '"x"', '{"microphone":{"id":5,"label":"x"}}', '{"microphone":{}}']) {
      const memory = new EquipmentMemory({ storage: { ...storage(), getItem: () => stored }, person: '7' });
      assert.deepEqual(memory.read(), { microphone: null, speaker: null, ringer: null }, stored);
    }
  });
  it('that may not be written is no error', () => {
    const full = {
      ...storage(),
      setItem: () => {
        throw new Error('full');
      },
    };
    assert.doesNotThrow(() => {
      new EquipmentMemory({ storage: full, person: '7' }).write(chosen);
    });
  });
});

describe('the equipment of a page', () => {
  const INPUTS: readonly Device[] = [
    { id: 'default', label: 'Default - Interno' },
    { id: 'i1', label: 'Interno' },
    { id: 'i2', label: 'Jabra' },
  ];
  const OUTPUTS: readonly Device[] = [
    { id: 'default', label: 'Default - Caixa' },
    { id: 'o1', label: 'Caixa' },
    { id: 'o2', label: 'Jabra' },
  ];

  /** A machine with plugs: what is listed, what the microphone gives, where sound goes. */
  class Machine {
    inputs = [...INPUTS];
    outputs = [...OUTPUTS];
    readonly sinks = { speaker: '', ringer: '' };
    readonly told: string[] = [];
    readonly stored = new Map<string, string>();
    refused: string | null = null;
    opens = 0;
    track: MediaStreamTrack | null = null;
    state: EquipmentState | null = null;
    readonly equipment: Equipment;
    #changed: () => void = () => undefined;

    constructor(remembered?: object) {
      if (remembered !== undefined) this.stored.set('citrus-voz.equipment.7', JSON.stringify(remembered));
      const reopen = (): Promise<void> => this.open();
      const trackNow = (): MediaStreamTrack | null => this.track;
      const sink = (use: 'speaker' | 'ringer') => ({
        setDevice: (id: string) => {
          if (id !== '' && id === this.refused) return Promise.reject(new Error('refused'));
          this.sinks[use] = id;
          return Promise.resolve();
        },
      });
      this.equipment = new Equipment({
        mediaDevices: {
          enumerateDevices: () => Promise.resolve(this.#infos()),
          addEventListener: (_name: string, listener: unknown) => {
            this.#changed = listener as () => void;
          },
        } as unknown as MediaDevices,
        memory: new EquipmentMemory({
          storage: {
            getItem: (key) => this.stored.get(key) ?? null,
            setItem: (key, value) => this.stored.set(key, value),
          },
          person: '7',
        }),
        microphone: {
          get track() {
            return trackNow();
          },
          reopen,
        },
        sinks: { speaker: [sink('speaker')], ringer: [sink('ringer')] },
        onChanged: (state) => {
          this.state = state;
        },
        onBack: (use, name) => this.told.push(`back ${use} ${name}`),
        onFailed: (name) => this.told.push(`failed ${name}`),
      });
    }

    async open(): Promise<void> {
      this.opens += 1;
      const wanted = this.equipment.microphoneId;
      const there = this.inputs.filter(({ id }) => id !== this.refused);
      const device = there.find(({ id }) => id === wanted) ?? there[0];
      if (device === undefined) throw new Error('no microphone');
      this.track = trackOf(device);
      await Promise.resolve();
      void this.equipment.opened(this.track);
    }

    async plug(change: () => void): Promise<void> {
      change();
      const { track } = this;
      if (track !== null && !this.inputs.some(({ label }) => nameOf(label) === nameOf(track.label))) {
        (track as { readyState: string }).readyState = 'ended';
        await this.open();
      }
      this.#changed();
      await this.equipment.refresh();
    }

    use(use: 'microphone' | 'speaker' | 'ringer') {
      return this.equipment.state.uses[use];
    }

    #infos() {
      const of = (kind: string) => (device: Device) => ({ kind, deviceId: device.id, label: device.label });
      return [...this.inputs.map(of('audioinput')), ...this.outputs.map(of('audiooutput'))];
    }
  }

  const unplugJabra = (machine: Machine) => () => {
    machine.inputs = machine.inputs.filter(({ label }) => label !== 'Jabra');
    machine.outputs = machine.outputs.filter(({ label }) => label !== 'Jabra');
  };
  const plugJabra = (machine: Machine, id: string) => () => {
    machine.inputs = [...machine.inputs, { id, label: 'Jabra' }];
    machine.outputs = [...machine.outputs, { id, label: 'Jabra' }];
  };
  const chooseJabra = async (machine: Machine): Promise<void> => {
    await machine.equipment.refresh();
    await machine.equipment.choose('microphone', 'i2');
    await machine.equipment.choose('speaker', 'o2');
    await machine.open();
    await machine.equipment.refresh();
  };

  it('is what was chosen, for microphone, headset and ringer apart', async () => {
    const machine = new Machine();
    await chooseJabra(machine);
    await machine.equipment.choose('ringer', 'o1');
    assert.equal(machine.track?.label, 'Jabra');
    assert.deepEqual(machine.sinks, { speaker: 'o2', ringer: 'o1' });
    assert.deepEqual([machine.use('microphone').used, machine.use('speaker').used], ['Jabra', 'Jabra']);
    assert.equal(machine.use('microphone').missing, null);
  });

  it('is found again by name on a later day, and its new id is kept', async () => {
    const machine = new Machine({
      microphone: { id: 'old', label: 'Jabra' },
      speaker: { id: 'old', label: 'Jabra' },
      ringer: null,
    });
    await machine.equipment.refresh();
    await machine.open();
    await machine.equipment.refresh();
    assert.equal(machine.track?.label, 'Jabra');
    assert.equal(machine.sinks.speaker, 'o2');
    const stored = JSON.parse(machine.stored.get('citrus-voz.equipment.7')!) as Record<string, Device>;
    assert.deepEqual(stored, {
      microphone: { id: 'i2', label: 'Jabra' },
      speaker: { id: 'o2', label: 'Jabra' },
      ringer: null,
    });
  });

  it('goes on with another device while the chosen one is away, says so, and comes back', async () => {
    const machine = new Machine();
    await chooseJabra(machine);
    await machine.plug(unplugJabra(machine));
    assert.equal(machine.track!.readyState, 'live');
    assert.equal(machine.use('microphone').missing, 'Jabra');
    assert.equal(machine.use('microphone').used, 'Interno');
    assert.deepEqual([machine.use('speaker').missing, machine.use('speaker').used], ['Jabra', 'Caixa']);
    assert.equal(machine.sinks.speaker, '');
    assert.deepEqual(machine.told, []);

    await machine.plug(plugJabra(machine, 'i9'));
    assert.equal(machine.track?.label, 'Jabra');
    assert.equal(machine.sinks.speaker, 'i9');
    assert.deepEqual(machine.told.toSorted(), ['back microphone Jabra', 'back speaker Jabra']);
    assert.equal(machine.use('microphone').missing, null);
  });

  it('misses what was in use by chance too, and takes it back', async () => {
    const machine = new Machine();
    machine.inputs = [{ id: 'default', label: 'Default - Jabra' }, ...INPUTS.slice(1)];
    await machine.open();
    await machine.equipment.refresh();
    assert.equal(machine.use('microphone').missing, null);
    await machine.plug(() => {
      machine.inputs = INPUTS.filter(({ label }) => label !== 'Jabra');
    });
    assert.deepEqual([machine.use('microphone').missing, machine.use('microphone').used], ['Jabra', 'Interno']);
    await machine.plug(plugJabra(machine, 'i2'));
    assert.equal(machine.track?.label, 'Jabra');
    machine.equipment.closed();
    assert.equal(machine.use('microphone').missing, null);
  });

  it('asks once for a microphone that is listed and refused, and again when something changes', async () => {
    const machine = new Machine({ microphone: { id: 'i2', label: 'Jabra' }, speaker: null, ringer: null });
    machine.refused = 'i2';
    await machine.open();
    await machine.equipment.refresh();
    await machine.equipment.refresh();
    const opens = machine.opens;
    assert.ok(opens <= 3, `${String(opens)} times`);
    assert.equal(machine.use('microphone').missing, 'Jabra');
    await machine.equipment.refresh();
    assert.equal(machine.opens, opens);
    machine.refused = null;
    await machine.plug(() => undefined);
    assert.equal(machine.track?.label, 'Jabra');
  });

  it('plays on the default where the browser refuses the chosen output, and says so', async () => {
    const machine = new Machine();
    await machine.equipment.refresh();
    machine.refused = 'o2';
    await machine.equipment.choose('ringer', 'o2');
    assert.equal(machine.sinks.ringer, '');
    assert.deepEqual(machine.told, ['failed Jabra']);
  });

  it('misses nothing before the browser tells the names of devices', async () => {
    const machine = new Machine({ microphone: null, speaker: { id: 'o2', label: 'Jabra' }, ringer: null });
    machine.inputs = [{ id: 'x', label: '' }];
    machine.outputs = [];
    await machine.equipment.refresh();
    assert.equal(machine.use('speaker').missing, null);
  });

  it('is told as sentences, the gravest first', async () => {
    const machine = new Machine();
    await chooseJabra(machine);
    const t = (key: string, params: object = {}): string => `${key} ${Object.values(params).join('/')}`.trim();
    assert.deepEqual(troublesOf(machine.equipment.state, t), []);
    await machine.plug(unplugJabra(machine));
    const troubles = troublesOf({ ...machine.equipment.state, isMicrophoneMuted: true }, t);
    assert.deepEqual(
      troubles.map(({ kind, tone, sentence }) => [kind, tone, sentence]),
      [
        ['microphone-muted', 'danger', 'equipment:banner.microphone-muted Interno'],
        ['microphone-fallback', 'warning', 'equipment:banner.microphone-fallback Jabra/Interno'],
        ['speaker-fallback', 'warning', 'equipment:banner.speaker-fallback Jabra/Caixa'],
      ],
    );
    assert.ok(isSameTroubles(troubles, [...troubles]));
    assert.ok(!isSameTroubles(troubles, troubles.slice(1)));
  });
});

function trackOf(device: Device): MediaStreamTrack {
  const track = new EventTarget() as unknown as Record<string, unknown>;
  Object.assign(track, {
    label: device.label,
    readyState: 'live',
    muted: false,
    getSettings: () => ({ deviceId: device.id }),
  });
  return track as unknown as MediaStreamTrack;
}

describe('the level of a microphone', () => {
  const judge = (...blocks: readonly Float32Array[]): LevelSummary => {
    const summary = new LevelSummary();
    for (const block of blocks) summary.add(block);
    return summary;
  };
  const sine = (size: number): Float32Array => Float32Array.from({ length: 4800 }, (_, n) => size * Math.sin(n / 10));

  it('is silent, quiet, heard or clipped', () => {
    assert.equal(judge(sine(0)).level, 'silent');
    assert.equal(judge(sine(0.002)).level, 'silent');
    assert.equal(judge(sine(0.02)).level, 'quiet');
    assert.equal(judge(sine(0.3)).level, 'heard');
    assert.equal(judge(sine(3).map((sample) => Math.max(-1, Math.min(1, sample)))).level, 'clipped');
  });
  it('is not clipped for a single top, nor quiet for a pause', () => {
    const top = sine(0.3);
    top[100] = 1;
    assert.equal(judge(top).level, 'heard');
    assert.equal(judge(sine(0), sine(0.3), sine(0)).level, 'heard');
  });
  it('has a peak in decibels of full scale; none in digital silence', () => {
    assert.ok(Math.abs(judge(sine(0.1)).peakDb! + 20) < 0.1);
    assert.equal(judge(sine(0)).peakDb, null);
    assert.equal(judge(Float32Array.of(1.2)).peakDb, 0);
  });
  it('fills a meter from −60 dB to full scale', () => {
    assert.equal(meterShare(new Float32Array(10)), 0);
    assert.equal(meterShare(Float32Array.of(1, -1)), 1);
    assert.ok(Math.abs(meterShare(Float32Array.of(0.0316, -0.0316)) - 0.5) < 0.01);
  });
});

describe('a made sound', () => {
  const beats = [
    { frequencies: [440], seconds: 0.5 },
    { frequencies: [], seconds: 0.25 },
  ];
  const samples = renderBeats(beats, 0.2, 8000);

  it('has the length and loudness of its beats, and rests between them', () => {
    assert.equal(samples.length, 6000);
    const peak = (from: number, to: number): number => Math.max(...samples.slice(from, to).map(Math.abs));
    assert.ok(Math.abs(peak(0, 4000) - 0.2) < 0.001);
    assert.equal(peak(4000, 6000), 0);
  });
  it('begins and ends softly, so that it does not click where it is repeated', () => {
    for (const part of [samples.slice(0, 10), samples.slice(3990, 4000)]) {
      assert.ok(Math.max(...part.map(Math.abs)) < 0.02);
    }
  });
});
