import { type Device, type DeviceUse } from './device-choice.js';

export type Choices = Readonly<Record<DeviceUse, Device | null>>;

export const NO_CHOICES: Choices = { microphone: null, speaker: null, ringer: null };

/** What somebody chose, in this browser. Several may share it, so that each has an entry of their own. */
export class EquipmentMemory {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly #key: string;

  constructor(deps: { readonly storage: Pick<Storage, 'getItem' | 'setItem'>; readonly person: string }) {
    this.#storage = deps.storage;
    this.#key = `citrus-voz.equipment.${deps.person}`;
  }

  read(): Choices {
    try {
      const stored: unknown = JSON.parse(this.#storage.getItem(this.#key) ?? '{}');
      if (typeof stored !== 'object' || stored === null) return NO_CHOICES;
      const read = (use: DeviceUse): Device | null => toDevice((stored as Readonly<Record<string, unknown>>)[use]);
      return { microphone: read('microphone'), speaker: read('speaker'), ringer: read('ringer') };
    } catch {
      return NO_CHOICES;
    }
  }

  write(choices: Choices): void {
    try {
      this.#storage.setItem(this.#key, JSON.stringify(choices));
    } catch {
      // A browser that stores nothing (private windows, a full disk) forgets the choice with the page.
    }
  }
}

function toDevice(value: unknown): Device | null {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('label' in value)) return null;
  const { id, label } = value;
  return typeof id === 'string' && typeof label === 'string' && id !== '' ? { id, label } : null;
}
