import { type CallDirection } from '../../../shared/agent-state.js';
import { type AmiAction } from './ami-parser.js';
import { type AsteriskSettings } from './asterisk-settings.domain.js';

export type Variables = readonly (readonly [name: string, value: string | number])[];

/** Says to a phone what call this is. */
export function offerHeaders(callId: string, direction: CallDirection): Variables {
  return [
    ['PJSIP_HEADER(add,X-Citrus-Call-Id)', callId],
    ['PJSIP_HEADER(add,X-Citrus-Direction)', direction],
  ];
}

/** The person asked for this call, or already had it: the phone picks up by itself. */
export const AUTO_ANSWER: Variables = [
  ['PJSIP_HEADER(add,X-Citrus-Auto-Answer)', 1],
  ['PJSIP_HEADER(add,Call-Info)', '<sip:citrus-voz>;answer-after=0'],
];

/** How a number outside is called. */
export function trunkAddress(settings: AsteriskSettings, number: string): string {
  return `PJSIP/${settings.outboundPrefix}${number}@${settings.trunk}`;
}

/** Calls `dialString` with a channel of the id `channelId`, and runs `context` on it once it has answered. */
export function originate(of: {
  readonly dialString: string;
  readonly channelId: string;
  readonly context: string;
  /** What the phone shows as the caller. */
  readonly callerNumber: string;
  readonly ringSeconds: number;
  readonly variables: Variables;
}): AmiAction {
  return {
    Action: 'Originate',
    Channel: of.dialString,
    ChannelId: of.channelId,
    Context: of.context,
    Exten: 's',
    Priority: 1,
    CallerID: `<${of.callerNumber}>`,
    Timeout: of.ringSeconds * 1000,
    Async: 'true',
    Variable: of.variables.map(([name, value]) => `${name}=${value}`),
  };
}
