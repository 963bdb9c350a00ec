import { type AgentSnapshot } from '../../../src/shared/agent-state.js';
import { type CallCard, type DeskState, type SecondCall } from '../../../src/shared/desk.js';
import { type DeskView } from '../../../src/client/desk/desk-store.js';
import { type PhoneCallSnapshot } from '../../../src/client/softphone/phone-call.js';
import { type SoftphoneSnapshot } from '../../../src/client/softphone/softphone.js';

export const PAGE = '11111111-2222-4333-8444-555555555555';
export const DEVICE = '22222222-2222-4333-8444-555555555555';
export const OTHER_DEVICE = '88888888-2222-4333-8444-555555555555';
export const OTHER_PAGE = '99999999-2222-4333-8444-555555555555';

export function anAgent(change: Partial<AgentSnapshot> = {}): AgentSnapshot {
  return {
    agentId: 7,
    name: 'Ana Lima',
    extension: '1007',
    status: 'available',
    since: 1000,
    blockers: [],
    missedCalls: 0,
    phoneFailedAt: null,
    pauseReason: null,
    nextPause: null,
    call: null,
    loggedInQueueIds: [],
    phoneRegistered: true,
    pageConnected: true,
    shiftStartedAt: 500,
    wrapUpEndsAt: null,
    version: 1,
    ...change,
  };
}

export function aCard(change: Partial<CallCard> = {}): CallCard {
  return {
    callId: 'c1',
    direction: 'inbound',
    state: 'offered',
    number: '+5583988887777',
    customer: { id: 3, name: 'Maria' },
    queueName: 'Suporte',
    waitedSeconds: 12,
    startedAt: 2000,
    answeredAt: null,
    lastAttendances: [],
    attendance: null,
    callback: null,
    phoneCallIds: [change.callId ?? 'c1'],
    transfer: null,
    isConference: false,
    consultation: null,
    ...change,
  };
}

/** A second call with another agent, answered. */
export function aSecond(change: Partial<SecondCall> = {}): SecondCall {
  return {
    callId: 'c2',
    phoneCallIds: ['c2'],
    kind: 'agent',
    label: 'Bruno Lima',
    state: 'talking',
    startedAt: 4000,
    answeredAt: 4500,
    ...change,
  };
}

export function aDesk(change: Partial<DeskState> = {}): DeskState {
  return {
    version: 1,
    now: 5000,
    link: { connected: true, since: 0, lastSeenAt: 4000 },
    agent: anAgent(),
    phoneHolder: PAGE,
    phoneDeviceId: DEVICE,
    phoneRequest: null,
    phoneSilence: null,
    queues: [],
    pauseReasons: [],
    attendanceReasons: { subject: [], outcome: [] },
    unfinished: [],
    call: null,
    second: null,
    capabilities: [],
    callbacks: [],
    today: { answered: 0, averageHandlingSeconds: null },
    ...change,
  };
}

export function aPhoneCall(change: Partial<PhoneCallSnapshot> = {}): PhoneCallSnapshot {
  return {
    callId: 'c1',
    direction: 'inbound',
    state: 'ringing',
    autoAnswer: false,
    isMuted: false,
    changingHold: false,
    remoteNumber: '+5583988887777',
    remoteName: '',
    isHeldByOther: false,
    isOtherAway: false,
    waiting: 'nothing',
    queuePosition: null,
    waitingSound: null,
    opensAt: null,
    ...change,
  };
}

export function aPhone(
  call: PhoneCallSnapshot | null = null,
  change: Partial<SoftphoneSnapshot> = {},
): SoftphoneSnapshot {
  return {
    state: 'registered',
    isRegistered: true,
    line: { status: 'connected' },
    call,
    calls: call === null ? [] : [call],
    ...change,
  };
}

/** A page on shift that holds the phone, with a registered line and nothing to do. */
export function aView(change: Partial<DeskView> = {}): DeskView {
  return {
    pageId: PAGE,
    deviceId: DEVICE,
    desk: aDesk(),
    socket: 'up',
    phone: aPhone(),
    isStartingShift: false,
    isSoundBlocked: false,
    microphoneProblem: null,
    equipment: [],
    permissions: { canDial: true, canSchedule: true },
    silenceSeen: null,
    refusal: null,
    ...change,
  };
}
