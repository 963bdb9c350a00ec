import { type SoftphoneSnapshot } from '../softphone/softphone.js';

/** What the customer's phone shows, in one word. `ended` stays until something else happens. */
export type CustomerPhoneState =
  'idle' | 'connecting' | 'registered' | 'calling' | 'queued' | 'ringing' | 'talking' | 'held' | 'ended';

/** What the phone plays by itself; what comes over the line is not its business. */
export type CustomerPhoneSound = 'none' | 'ring' | 'ringback' | 'music' | 'prompt';

/** `hasEnded`: a call has just ended, and its end is still shown. */
export function customerPhoneState(phone: SoftphoneSnapshot, hasEnded: boolean): CustomerPhoneState {
  const { call } = phone;
  if (call === null) {
    if (hasEnded) return 'ended';
    return phone.state === 'registered' || phone.state === 'connecting' ? phone.state : 'idle';
  }
  switch (call.state) {
    case 'calling':
      return call.waiting === 'queued' ? 'queued' : 'calling';
    case 'ringing':
    case 'answering':
      return 'ringing';
    case 'talking':
      return call.isHeldByOther || call.isOtherAway ? 'held' : 'talking';
    case 'held':
      return 'held';
    case 'ended':
      return 'ended';
  }
}

export function customerPhoneSound(phone: SoftphoneSnapshot): CustomerPhoneSound {
  const { call } = phone;
  if (call === null) return 'none';
  if (call.state === 'ringing') return call.autoAnswer ? 'none' : 'ring';
  if (call.state === 'calling') {
    if (call.waiting === 'queued') return call.waitingSound === null ? 'music' : 'prompt';
    return call.waiting === 'ringing' ? 'ringback' : 'none';
  }
  // Nobody is at the other end to send anything: an agent's page that is reloaded, say.
  return call.isOtherAway ? 'music' : 'none';
}

export interface QueueChoice {
  readonly number: string;
  readonly name: string;
}

/** The queues that can be called, as the view wrote them; what is malformed is left out. */
export function readQueues(json: string | undefined): readonly QueueChoice[] {
  if (json === undefined) return [];
  const value = JSON.parse(json) as unknown;
  return Array.isArray(value) ? value.filter(isQueueChoice) : [];
}

function isQueueChoice(value: unknown): value is QueueChoice {
  return (
    typeof value === 'object' &&
    value !== null &&
    'number' in value &&
    typeof value.number === 'string' &&
    'name' in value &&
    typeof value.name === 'string'
  );
}
