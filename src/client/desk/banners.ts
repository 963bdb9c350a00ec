import { type MessageKey } from '../../shared/i18n/messages.js';
import { type EquipmentTrouble } from '../equipment/equipment-troubles.js';
import { type DeskView } from './desk-store.js';
import { isOnShift, isPhoneElsewhere } from './phase.js';

type BannerKind =
  | 'session-ended'
  | 'refused'
  | 'socket-down'
  | 'link-down'
  | 'other-page'
  | 'microphone'
  | EquipmentTrouble['kind']
  | 'unregistered'
  | 'sound-blocked';

export type BannerAction = 'reload' | 'use-here' | 'retry-microphone' | 'unblock-sound' | 'open-equipment';

export interface Banner {
  readonly kind: BannerKind;
  readonly tone: 'danger' | 'warning' | 'info';
  /** A message, or a sentence that came from the server. */
  readonly text: MessageKey | { readonly sentence: string };
  /** A moment the text names; epoch milliseconds. */
  readonly at: number | null;
  readonly action: { readonly name: BannerAction; readonly label: MessageKey } | null;
}

type Add = (banner: {
  readonly kind: BannerKind;
  readonly tone: Banner['tone'];
  readonly text: Banner['text'];
  readonly at?: number;
  readonly action?: NonNullable<Banner['action']>;
}) => void;

/** What stands in the way, the gravest first. What follows from another is left out: one cause, one banner. */
export function banners(view: DeskView): readonly Banner[] {
  const all: Banner[] = [];
  const add: Add = ({ at = null, action = null, ...banner }) => {
    all.push({ ...banner, at, action });
  };
  if (view.socket === 'ended') {
    add({
      kind: 'session-ended',
      tone: 'danger',
      text: 'desk:banner.session-ended',
      action: { name: 'reload', label: 'desk:banner.reload' },
    });
  }
  if (view.refusal !== null && view.socket !== 'ended') {
    add({ kind: 'refused', tone: 'danger', text: { sentence: view.refusal } });
  }
  if (view.socket === 'down') add({ kind: 'socket-down', tone: 'danger', text: 'desk:banner.socket-down' });
  if (view.socket === 'up' && view.desk?.link.connected === false) {
    const { lastSeenAt, since } = view.desk.link;
    add({ kind: 'link-down', tone: 'danger', text: 'desk:banner.link-down', at: lastSeenAt ?? since });
  }
  if (isPhoneElsewhere(view)) {
    add({
      kind: 'other-page',
      tone: 'info',
      text: 'desk:banner.other-page',
      action: { name: 'use-here', label: 'desk:banner.use-here' },
    });
  } else if (isOnShift(view) && !view.isStartingShift) addPhoneBanners(view, add);
  if (view.isSoundBlocked) {
    add({
      kind: 'sound-blocked',
      tone: 'warning',
      text: 'desk:banner.sound-blocked',
      action: { name: 'unblock-sound', label: 'desk:banner.unblock' },
    });
  }
  return all;
}

function addPhoneBanners(view: DeskView, add: Add): void {
  if (view.microphoneProblem !== null) {
    add({
      kind: 'microphone',
      tone: 'danger',
      text: `desk:microphone.${view.microphoneProblem}`,
      action: { name: 'retry-microphone', label: 'desk:banner.retry' },
    });
    return;
  }
  for (const { kind, tone, sentence } of view.equipment) {
    add({ kind, tone, text: { sentence }, action: { name: 'open-equipment', label: 'equipment:banner.open' } });
  }
  // The first try of a page that has just been opened is no trouble yet.
  const { line } = view.phone;
  const failed = (line.status === 'waiting' || line.status === 'connecting') && line.failures > 0;
  if (view.socket === 'up' && failed) {
    add({ kind: 'unregistered', tone: 'warning', text: 'desk:banner.unregistered' });
  }
}
