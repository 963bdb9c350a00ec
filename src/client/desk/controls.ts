import { type MessageKey } from '../../shared/i18n/messages.js';
import { type DeskView } from './desk-store.js';
import { callPhase, isOnShift, isPhoneElsewhere, isRestoringAudio } from './phase.js';

export type ControlName =
  | 'accept'
  | 'reject'
  | 'mute'
  | 'hold'
  | 'keypad'
  | 'hang-up'
  | 'dial'
  | 'finish'
  | 'record'
  | 'pause'
  | 'resume'
  | 'queues'
  | 'end-shift'
  | 'book';

/** Null where it can be pressed, else why it cannot. */
type Control = MessageKey | null;

export type Controls = Readonly<Record<ControlName, Control>>;

/** What can be done now. One place, so that a button and its shortcut never disagree. */
export function controls(view: DeskView): Controls {
  const offline = view.socket === 'up' ? null : 'desk:why.offline';
  const onShift = offline ?? (isOnShift(view) ? null : 'desk:why.no-shift');
  return {
    ...callControls(view),
    dial: onShift ?? dial(view),
    finish: offline ?? when(callPhase(view) === 'wrap-up', 'desk:why.not-wrap-up'),
    record: when((view.desk?.call?.attendance ?? null) !== null, 'desk:why.no-record'),
    pause: onShift,
    resume: offline ?? resume(view),
    queues: onShift,
    'end-shift': onShift ?? when(!isInCall(view), 'desk:why.in-call'),
    book: offline ?? when(view.permissions.canSchedule, 'desk:why.no-permission'),
  };
}

function when(possible: boolean, why: MessageKey): Control {
  return possible ? null : why;
}

/** Somebody is, or is about to be, on the line. */
function isInCall(view: DeskView): boolean {
  const phase = callPhase(view);
  return phase !== 'none' && phase !== 'wrap-up';
}

type CallControl = 'accept' | 'reject' | 'mute' | 'hold' | 'keypad' | 'hang-up';

function callControls(view: DeskView): Readonly<Record<CallControl, Control>> {
  const talk = inTalk(view);
  return {
    accept: answer(view),
    reject: answer(view),
    mute: talk,
    hold: talk ?? (view.phone.call?.changingHold === true ? 'desk:why.holding' : null),
    keypad: talk ?? (view.phone.call?.state === 'held' ? 'desk:why.held' : null),
    'hang-up': hangUp(view),
  };
}

function answer(view: DeskView): Control {
  const state = view.phone.call?.state;
  if (state === 'ringing') return view.phone.call?.autoAnswer === true ? 'desk:why.answering' : null;
  if (state === 'answering') return 'desk:why.answering';
  if (callPhase(view) !== 'ringing') return 'desk:why.not-ringing';
  return isPhoneElsewhere(view) ? 'desk:why.phone-elsewhere' : 'desk:why.phone-not-ringing';
}

function inTalk(view: DeskView): Control {
  const state = view.phone.call?.state;
  if (state === 'talking' || state === 'held') return null;
  if (!isRestoringAudio(view)) return 'desk:why.not-talking';
  return isPhoneElsewhere(view) ? 'desk:why.phone-elsewhere' : 'desk:why.audio-restoring';
}

function hangUp(view: DeskView): Control {
  const state = view.phone.call?.state;
  if (state === 'talking' || state === 'held' || state === 'answering') return null;
  const phase = callPhase(view);
  const serverCanEnd = phase === 'dialling' || phase === 'talking' || phase === 'on-hold';
  if (!serverCanEnd) return 'desk:why.no-call';
  return view.socket === 'up' ? null : 'desk:why.offline';
}

function dial(view: DeskView): Control {
  if (!view.permissions.canDial) return 'desk:why.no-permission';
  if (isPhoneElsewhere(view)) return 'desk:why.phone-elsewhere';
  if (view.desk?.link.connected === false) return 'desk:why.link-down';
  if (!view.phone.isRegistered) return 'desk:why.unregistered';
  const status = view.desk?.agent.status;
  return status === 'available' || status === 'paused' ? null : 'desk:why.busy';
}

function resume(view: DeskView): Control {
  const agent = view.desk?.agent;
  return agent?.status === 'paused' || (agent?.nextPause ?? null) !== null ? null : 'desk:why.not-paused';
}
