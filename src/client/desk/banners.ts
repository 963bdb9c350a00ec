import { type MessageKey } from '../../shared/i18n/messages.js';
import { type EquipmentTrouble } from '../equipment/equipment-troubles.js';
import { type DeskView } from './desk-store.js';
import { callPhase, holdsPhone, isMissedPause, isOnShift, phoneAskedUntil, phoneElsewhere } from './phase.js';

type BannerKind =
  | 'session-ended'
  | 'refused'
  | 'socket-down'
  | 'link-down'
  | 'phone-asked'
  | 'other-page'
  | 'other-computer'
  | 'phone-waiting'
  | 'phone-refused'
  | 'phone-unanswered'
  | 'missed'
  | 'was-silent'
  | 'microphone'
  | EquipmentTrouble['kind']
  | 'unregistered'
  | 'sound-blocked';

export type BannerAction =
  | 'reload'
  | 'use-here'
  | 'allow-phone'
  | 'deny-phone'
  | 'resume'
  | 'silence-seen'
  | 'retry-microphone'
  | 'unblock-sound'
  | 'open-equipment';

interface BannerButton {
  readonly name: BannerAction;
  readonly label: MessageKey;
}

export interface Banner {
  readonly kind: BannerKind;
  readonly tone: 'danger' | 'warning' | 'info';
  /** A message, or a sentence that came from the server. */
  readonly text: MessageKey | { readonly sentence: string };
  /** A moment the text names; epoch milliseconds. */
  readonly at: number | null;
  /** A moment the text counts down to, in seconds; epoch milliseconds. */
  readonly until: number | null;
  /** What else the text names. */
  readonly params: Readonly<Record<string, number>>;
  readonly action: BannerButton | null;
  /** The other answer, where there are two. */
  readonly alternative: BannerButton | null;
}

type Add = (banner: {
  readonly kind: BannerKind;
  readonly tone: Banner['tone'];
  readonly text: Banner['text'];
  readonly at?: number;
  readonly until?: number;
  readonly params?: Banner['params'];
  readonly action?: BannerButton;
  readonly alternative?: BannerButton;
}) => void;

/** What stands in the way, the gravest first. What follows from another is left out: one cause, one banner. */
export function banners(view: DeskView): readonly Banner[] {
  const all: Banner[] = [];
  const add: Add = ({ at = null, until = null, params = {}, action = null, alternative = null, ...banner }) => {
    all.push({ ...banner, at, until, params, action, alternative });
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
  addQuestion(view, add);
  addElsewhere(view, add);
  if (phoneElsewhere(view) === 'no' && isOnShift(view) && !view.isStartingShift) addPhoneBanners(view, add);
  addStateBanners(view, add);
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

/** Another computer asks this page for the phone. */
function addQuestion(view: DeskView, add: Add): void {
  const until = phoneAskedUntil(view);
  if (until === null) return;
  const phase = callPhase(view);
  const isInCall = phase !== 'none' && phase !== 'wrap-up';
  add({
    kind: 'phone-asked',
    tone: 'warning',
    text: isInCall ? 'desk:banner.phone-asked-in-call' : 'desk:banner.phone-asked',
    until,
    action: { name: 'allow-phone', label: 'desk:banner.allow-phone' },
    alternative: { name: 'deny-phone', label: 'desk:banner.deny-phone' },
  });
}

function addElsewhere(view: DeskView, add: Add): void {
  const useHere = { name: 'use-here', label: 'desk:banner.use-here' } as const;
  const ask = { name: 'use-here', label: 'desk:banner.ask-here' } as const;
  switch (phoneElsewhere(view)) {
    case 'no':
      return;
    case 'other-tab':
      add({ kind: 'other-page', tone: 'info', text: 'desk:banner.other-page', action: useHere });
      return;
    case 'other-computer':
      add({ kind: 'other-computer', tone: 'info', text: 'desk:banner.other-computer', action: ask });
      return;
    case 'waiting': {
      const until = view.desk?.phoneRequest?.until ?? 0;
      add({ kind: 'phone-waiting', tone: 'info', text: 'desk:banner.phone-waiting', until });
      return;
    }
    case 'refused':
      add({
        kind: 'phone-refused',
        tone: 'warning',
        text: 'desk:banner.phone-refused',
        action: { name: 'use-here', label: 'desk:banner.ask-again' },
      });
      return;
    case 'unanswered':
      add({ kind: 'phone-unanswered', tone: 'warning', text: 'desk:banner.phone-unanswered', action: useHere });
  }
}

/** What happened to the person's state without their doing. */
function addStateBanners(view: DeskView, add: Add): void {
  const { desk } = view;
  if (desk === null) return;
  if (isMissedPause(view)) {
    add({
      kind: 'missed',
      tone: 'warning',
      text: 'desk:banner.missed',
      params: { count: desk.agent.missedCalls },
      action: { name: 'resume', label: 'desk:pause.resume' },
    });
  }
  const silence = desk.phoneSilence;
  if (silence !== null && holdsPhone(view) && isOnShift(view) && silence.until !== view.silenceSeen) {
    add({
      kind: 'was-silent',
      tone: 'warning',
      text: 'desk:banner.was-silent',
      at: silence.from,
      params: { minutes: Math.max(1, Math.round((silence.until - silence.from) / 60_000)) },
      action: { name: 'silence-seen', label: 'desk:banner.understood' },
    });
  }
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
