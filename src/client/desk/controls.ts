import { type CallCard, type Capability, type SecondCall } from '../../shared/desk.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { type DeskView } from './desk-store.js';
import { callPhase, hasAudio, isOnShift, isPhoneElsewhere, isRestoringAudio, sessionOf } from './phase.js';

export type ControlName =
  | 'accept'
  | 'reject'
  | 'mute'
  | 'hold'
  | 'keypad'
  | 'hang-up'
  | 'transfer'
  | 'transfer-now'
  | 'consult'
  | 'take-back'
  | 'swap'
  | 'join'
  | 'confer'
  | 'hang-up-main'
  | 'hang-up-second'
  | 'dial'
  | 'dial-second'
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
    ...transferControls(view),
    ...secondControls(view),
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

function can(view: DeskView, capability: Capability): boolean {
  return view.desk?.capabilities.includes(capability) === true;
}

/** Somebody is, or is about to be, on the line. */
export function isInCall(view: DeskView): boolean {
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
    hold: talk ?? hold(view),
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

/** Of the call in the foreground. */
function inTalk(view: DeskView): Control {
  if (hasAudio(view.phone.call)) return null;
  if (!isRestoringAudio(view)) return 'desk:why.not-talking';
  return isPhoneElsewhere(view) ? 'desk:why.phone-elsewhere' : 'desk:why.audio-restoring';
}

function hold(view: DeskView): Control {
  if (view.phone.calls.some(({ changingHold }) => changingHold)) return 'desk:why.holding';
  if ((view.desk?.call?.transfer ?? null) !== null) return 'desk:why.transferring';
  return view.desk?.call?.isConference === true ? 'desk:why.conference' : null;
}

function hangUp(view: DeskView): Control {
  const card = view.desk?.call ?? null;
  // Either would end the customer's call where the agent only means to leave it.
  if (card?.isConference === true) return 'desk:why.leave-conference';
  if ((card?.transfer ?? null) !== null) return 'desk:why.transferring';
  if (hasAudio(view.phone.call) || view.phone.call?.state === 'answering') return null;
  const phase = callPhase(view);
  const serverCanEnd = phase === 'dialling' || phase === 'talking' || phase === 'on-hold';
  if (!serverCanEnd) return 'desk:why.no-call';
  return view.socket === 'up' ? null : 'desk:why.offline';
}

type TransferControl = 'transfer' | 'transfer-now' | 'consult' | 'take-back' | 'dial-second';

function transferControls(view: DeskView): Readonly<Record<TransferControl, Control>> {
  const inHand = sendable(view);
  const blind = can(view, 'blind-transfer');
  const attended = can(view, 'attended-transfer');
  const consult = inHand ?? when(attended, 'desk:why.no-consult');
  return {
    transfer: inHand ?? when(blind || attended, 'desk:why.no-transfer'),
    'transfer-now': inHand ?? when(blind, 'desk:why.no-transfer'),
    consult,
    'take-back': takeBack(view),
    'dial-second': consult ?? when(view.permissions.canDial, 'desk:why.no-permission'),
  };
}

/** A call can be sent on, or asked about, when it is this agent's, it is talked in here, and nothing else is under way. */
function sendable(view: DeskView): Control {
  const phase = callPhase(view);
  const card = view.desk?.call ?? null;
  if (card === null || (phase !== 'talking' && phase !== 'on-hold')) return 'desk:why.not-talking';
  if (view.socket !== 'up') return 'desk:why.offline';
  if (isPhoneElsewhere(view)) return 'desk:why.phone-elsewhere';
  if (view.desk?.link.connected === false) return 'desk:why.link-down';
  const session = sessionOf(view, card);
  return (
    isOneCall(card, view.desk?.second ?? null) ??
    when(hasAudio(session), 'desk:why.audio-restoring') ??
    when(session?.changingHold !== true, 'desk:why.holding')
  );
}

function isOneCall(card: CallCard, second: SecondCall | null): Control {
  if (card.consultation !== null) return 'desk:why.consulted';
  if (card.transfer !== null) return 'desk:why.transferring';
  if (card.isConference) return 'desk:why.conference';
  return when(second === null, 'desk:why.second-in-hand');
}

function takeBack(view: DeskView): Control {
  if ((view.desk?.call?.transfer ?? null) === null) return 'desk:why.no-transfer-under-way';
  return view.socket === 'up' ? null : 'desk:why.offline';
}

type SecondControl = 'swap' | 'join' | 'confer' | 'hang-up-main' | 'hang-up-second';

function secondControls(view: DeskView): Readonly<Record<SecondControl, Control>> {
  const offline = view.socket === 'up' ? null : 'desk:why.offline';
  const second = view.desk?.second ?? null;
  const has = when(second !== null, 'desk:why.no-second');
  const answered = has ?? when(second?.state !== 'dialling', 'desk:why.second-dialling');
  const alone = answered ?? when(view.desk?.call?.isConference !== true, 'desk:why.in-conference');
  const end = has ?? offline;
  return {
    swap: alone ?? swap(view),
    join: answered ?? offline,
    confer: alone ?? offline ?? when(can(view, 'conference'), 'desk:why.no-conference'),
    'hang-up-main': end,
    'hang-up-second': end,
  };
}

/** The phone's own doing, so that it works while the server is away. */
function swap(view: DeskView): Control {
  const sessions = [sessionOf(view, view.desk?.call ?? null), sessionOf(view, view.desk?.second ?? null)];
  if (isPhoneElsewhere(view)) return 'desk:why.phone-elsewhere';
  if (!sessions.every(hasAudio)) return 'desk:why.audio-restoring';
  return when(!sessions.some((session) => session?.changingHold === true), 'desk:why.holding');
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
