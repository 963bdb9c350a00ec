import { type CallCard } from '../../shared/desk.js';
import { type DeskView } from './desk-store.js';

/** Where the call in hand is, as the person sees it. The server's word decides; the phone's only fills the gaps. */
export type CallPhase = 'none' | 'ringing' | 'dialling' | 'talking' | 'on-hold' | 'wrap-up';

export function callPhase(view: DeskView): CallPhase {
  const card = view.desk?.call ?? null;
  // The INVITE may be here a moment before the server's word of it.
  if (card === null) return view.phone.call?.state === 'ringing' ? 'ringing' : 'none';
  switch (card.state) {
    case 'offered':
      return 'ringing';
    case 'dialling':
      return 'dialling';
    case 'talking':
      return 'talking';
    case 'on-hold':
      return 'on-hold';
    case 'ended':
      return view.desk?.agent.status === 'wrap-up' ? 'wrap-up' : 'none';
  }
}

export function isOnShift(view: DeskView): boolean {
  return (view.desk?.agent.shiftStartedAt ?? null) !== null;
}

/** Paused by rule, after calls in a row that were not taken. */
export function isMissedPause(view: DeskView): boolean {
  return view.desk?.agent.blockers.some(({ kind }) => kind === 'missed') ?? false;
}

/** The phone of this agent is held by this page. */
export function holdsPhone(view: DeskView): boolean {
  return view.desk?.phoneHolder === view.pageId;
}

/** The phone is held by a page that is not this one. */
export function isPhoneElsewhere(view: DeskView): boolean {
  const holder = view.desk?.phoneHolder ?? null;
  return holder !== null && holder !== view.pageId;
}

/**
 * The phone is held by another page: in a tab of this browser it can be had at once, another computer is asked first.
 * `waiting`: it was asked from here, and has some seconds left; `unanswered`: it had them.
 */
export function phoneElsewhere(
  view: DeskView,
): 'no' | 'other-tab' | 'other-computer' | 'waiting' | 'refused' | 'unanswered' {
  if (view.desk === null || !isPhoneElsewhere(view)) return 'no';
  const { phoneRequest, phoneDeviceId, now } = view.desk;
  if (phoneDeviceId === view.deviceId) return 'other-tab';
  if (phoneRequest?.pageId !== view.pageId) return 'other-computer';
  if (phoneRequest.isRefused) return 'refused';
  return now < phoneRequest.until ? 'waiting' : 'unanswered';
}

/** Until when this page may answer another computer that asks for its phone; null when none does. */
export function phoneAskedUntil(view: DeskView): number | null {
  const asked = view.desk?.phoneRequest ?? null;
  return asked === null || asked.isRefused || !holdsPhone(view) ? null : asked.until;
}

/** The server says that they talk, and this page has no audio for it: after a reload, until the call is given back. */
export function isRestoringAudio(view: DeskView): boolean {
  // A page that only follows along has no audio to wait for.
  if (!holdsPhone(view)) return false;
  const phase = callPhase(view);
  if (phase !== 'talking' && phase !== 'on-hold') return false;
  const state = view.phone.call?.state;
  return state !== 'talking' && state !== 'held';
}

/** The call is the agent's own wish (or is given back), so that the phone answers without being asked. */
export function rings(view: DeskView): boolean {
  const call = view.phone.call;
  return call?.state === 'ringing' && !call.autoAnswer;
}

/** Who the call is with: the name where it is known, else the number. Null without a call. */
export function callerName(view: DeskView): string | null {
  const card = view.desk?.call ?? null;
  if (card !== null && card.state !== 'ended') return nameOf(card);
  const call = view.phone.call;
  if (call === null) return null;
  return call.remoteName === '' ? call.remoteNumber : call.remoteName;
}

function nameOf(card: CallCard): string {
  return card.customer?.name ?? card.callback?.customerName ?? card.number;
}
