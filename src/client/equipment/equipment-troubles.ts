import { type Translate } from '../../shared/i18n/messages.js';
import { type DeviceUse } from './device-choice.js';
import { type EquipmentState } from './equipment.js';

/** Something about a device that the person has to know while it lasts. */
export interface EquipmentTrouble {
  readonly kind: `${DeviceUse}-fallback` | 'microphone-muted';
  readonly tone: 'danger' | 'warning';
  readonly sentence: string;
}

/** What is not as it should be, the gravest first. */
export function troublesOf({ uses, isMicrophoneMuted }: EquipmentState, t: Translate): readonly EquipmentTrouble[] {
  const all: EquipmentTrouble[] = [];
  const unnamed = t('equipment:default');
  if (isMicrophoneMuted) {
    const sentence = t('equipment:banner.microphone-muted', { used: uses.microphone.used ?? unnamed });
    all.push({ kind: 'microphone-muted', tone: 'danger', sentence });
  }
  for (const use of ['microphone', 'speaker', 'ringer'] as const) {
    const { missing, used } = uses[use];
    if (missing === null) continue;
    const sentence = t(`equipment:banner.${use}-fallback`, { wanted: missing, used: used ?? unnamed });
    all.push({ kind: `${use}-fallback`, tone: 'warning', sentence });
  }
  return all;
}

export function isSameTroubles(a: readonly EquipmentTrouble[], b: readonly EquipmentTrouble[]): boolean {
  return a.length === b.length && a.every(({ sentence }, index) => sentence === b[index]?.sentence);
}
