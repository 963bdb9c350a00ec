import { MASKED, SECRET_CHANGED, type AuditFields } from '../audit/audit.domain.js';
import { type AsteriskSettings } from '../telephony/asterisk/asterisk-settings.domain.js';
import { type TestStepName } from '../telephony/connection-test.domain.js';

export const PLATFORMS = ['exchange', 'asterisk'] as const;
/** `exchange` is the one that is built in. */
export type PlatformName = (typeof PLATFORMS)[number];

/** Fields of "Configurações de integração com o UNITY" that may be shown. Those of the other platform are kept. */
export interface PlainSettings extends Omit<AsteriskSettings, 'secret' | 'iceServers'> {
  readonly platform: PlatformName;
  /** `stun:` and `stuns:` addresses (RFC 7064). */
  readonly stunUrls: readonly string[];
  /** `turn:` and `turns:` addresses (RFC 7065). */
  readonly turnUrls: readonly string[];
}

export const SECRET_NAMES = ['secret', 'turnSecret'] as const;
/** `secret` is the password of Asterisk's manager interface, `turnSecret` what TURN credentials are made with. */
export type SecretName = (typeof SECRET_NAMES)[number];

/** In the clear; an empty one is not set. */
export type SecretSettings = Readonly<Record<SecretName, string>>;

/** Never logged, never sent to a browser: holds secrets in the clear. */
export interface IntegrationSettings extends PlainSettings, SecretSettings {}

/** What a person typed. Fields that are not there, and secrets that are empty, were left as they are. */
export interface TypedSettings {
  readonly plain: Partial<PlainSettings> & Pick<PlainSettings, 'platform'>;
  readonly secrets: SecretSettings;
}

/** What has to be confirmed before these settings are saved. */
export interface Objections {
  /** Null when these very values were tested and work. */
  readonly test: 'untested' | 'failed' | null;
  readonly failed: readonly TestStepName[];
  /** How many calls would be cut. */
  readonly calls: number;
}

export interface Confirmed {
  readonly test: boolean;
  /** The number of calls that the person has read and agreed to. */
  readonly calls: number;
}

export const DEFAULT_SETTINGS: PlainSettings = {
  platform: 'exchange',
  host: '',
  port: 5038,
  tls: false,
  tlsVerify: true,
  username: '',
  softphoneUrl: '',
  agentContext: 'citrus-agents',
  trunk: '',
  outboundPrefix: '',
  callerNumber: '',
  stunUrls: [],
  turnUrls: [],
};

/** How a test of certain values came out. */
export interface TestRecord {
  readonly fingerprint: string;
  readonly isUsable: boolean;
  readonly failed: readonly TestStepName[];
  readonly at: Date;
}

/** What of the settings the running connection is made of; all else takes effect without a new one. */
const CONNECTION_FIELDS = ['host', 'port', 'tls', 'tlsVerify', 'username', 'secret', 'softphoneUrl'] as const;
const DIALPLAN_FIELDS = ['agentContext', 'trunk'] as const;
/** A change of these means another exchange, or phones that have to register elsewhere. */
const PLACE_FIELDS = ['host', 'port', 'softphoneUrl'] as const;

/** Whether the platform has to be made anew for the settings to take effect. */
export function needsNewConnection(before: IntegrationSettings, after: IntegrationSettings): boolean {
  if (before.platform !== after.platform) return true;
  return after.platform === 'asterisk' && differs(before, after, [...CONNECTION_FIELDS, ...DIALPLAN_FIELDS]);
}

/**
 * Whether calls of now would be lost: they are elsewhere afterwards. A new connection to the same Asterisk loses none,
 * because Asterisk keeps them and they are found there again.
 */
export function cutsCalls(before: IntegrationSettings, after: IntegrationSettings): boolean {
  if (before.platform !== after.platform) return true;
  return after.platform === 'asterisk' && differs(before, after, PLACE_FIELDS);
}

/**
 * Whether a kept password would be sent somewhere else, or less protected, than where it was typed for. Whoever may
 * change the address could else have it sent to a machine of their own.
 */
export function exposesSecret(before: PlainSettings, after: PlainSettings): boolean {
  const isLessProtected = (before.tls && !after.tls) || (after.tls && before.tlsVerify && !after.tlsVerify);
  return isLessProtected || differs(before, after, ['host', 'port']);
}

function differs<T>(before: T, after: T, fields: readonly (keyof T)[]): boolean {
  return fields.some((field) => before[field] !== after[field]);
}

/** All that a test looks at, as one text: two settings with the same text are the same to a test. */
export function testedValues(settings: IntegrationSettings): string {
  const { platform, callerNumber, stunUrls, turnUrls, turnSecret } = settings;
  const common = { platform, callerNumber, stunUrls, turnUrls, turnSecret };
  if (platform === 'exchange') return JSON.stringify(common);
  const own = [...CONNECTION_FIELDS, ...DIALPLAN_FIELDS, 'outboundPrefix'] as const;
  return JSON.stringify([common, own.map((field) => settings[field])]);
}

/** Without TURN addresses their secret is of no use and is not kept. */
export function withoutNeedless(settings: IntegrationSettings): IntegrationSettings {
  return settings.turnUrls.length === 0 ? { ...settings, turnSecret: '' } : settings;
}

export function plainOf(settings: IntegrationSettings): PlainSettings {
  const plain: Partial<IntegrationSettings> = { ...settings };
  delete (plain as { secret?: string }).secret;
  delete (plain as { turnSecret?: string }).turnSecret;
  return plain as PlainSettings;
}

/** What Asterisk's adapter is made of. ICE servers are added per phone, because their credentials end. */
export function toAsteriskSettings(settings: IntegrationSettings): AsteriskSettings {
  const { host, port, tls, tlsVerify, username, secret, softphoneUrl, agentContext, trunk } = settings;
  const { outboundPrefix, callerNumber } = settings;
  const connection = { host, port, tls, tlsVerify, username, secret, softphoneUrl };
  return { ...connection, agentContext, trunk, outboundPrefix, callerNumber, iceServers: [] };
}

/** Both sides of an audit entry, with secrets masked: a replaced one differs from a set one, and shows nothing. */
export function auditedChange(
  before: PlainSettings,
  after: PlainSettings,
  secrets: Readonly<
    Record<SecretName, { readonly wasSet: boolean; readonly isSet: boolean; readonly changed: boolean }>
  >,
): { readonly before: AuditFields; readonly after: AuditFields } {
  const was: Record<string, string | null> = {};
  const is: Record<string, string | null> = {};
  for (const name of SECRET_NAMES) {
    const { wasSet, isSet, changed } = secrets[name];
    was[name] = wasSet ? MASKED : null;
    is[name] = !isSet ? null : changed && wasSet ? SECRET_CHANGED : MASKED;
  }
  return { before: { ...before, ...was }, after: { ...after, ...is } };
}
