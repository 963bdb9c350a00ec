import { type MessageKey, type Translate } from '../../shared/i18n/messages.js';
import { isUsable, type TestStep } from '../telephony/connection-test.domain.js';
import { type Objections, type PlainSettings } from './integration-settings.domain.js';

/** The form's fields as they are posted; a ticked box is `on`. */
export type PageFields = Readonly<Record<FieldName, string>>;
export type FieldName = keyof PlainSettings;

const FIELD_LABELS: Readonly<Record<FieldName | 'secret' | 'turnSecret', MessageKey>> = {
  platform: 'integration:platform',
  host: 'integration:host',
  port: 'integration:port',
  tls: 'integration:tls',
  tlsVerify: 'integration:tls-verify',
  username: 'integration:username',
  secret: 'integration:secret',
  softphoneUrl: 'integration:softphone-url',
  agentContext: 'integration:agent-context',
  trunk: 'integration:trunk',
  outboundPrefix: 'integration:outbound-prefix',
  callerNumber: 'integration:caller-number',
  stunUrls: 'integration:stun-urls',
  turnUrls: 'integration:turn-urls',
  turnSecret: 'integration:turn-secret',
};

export function labelsOf(t: Translate): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(FIELD_LABELS).map(([field, key]) => [field, t(key)]));
}

export function fieldsOf(settings: PlainSettings): PageFields {
  const { platform, host, username, softphoneUrl, agentContext, trunk, outboundPrefix, callerNumber } = settings;
  return {
    ...{ platform, host, username, softphoneUrl, agentContext, trunk, outboundPrefix, callerNumber },
    port: String(settings.port),
    tls: settings.tls ? 'on' : '',
    tlsVerify: settings.tlsVerify ? 'on' : '',
    stunUrls: settings.stunUrls.join('\n'),
    turnUrls: settings.turnUrls.join('\n'),
  };
}

/** What was posted, as far as it is text; a field that is not there was left empty, or is a box without a tick. */
export function typedFields(values: Readonly<Record<string, unknown>>): PageFields {
  const names = Object.keys(FIELD_LABELS).filter((name) => name !== 'secret' && name !== 'turnSecret');
  return Object.fromEntries(names.map((name) => [name, textOf(values[name])])) as PageFields;
}

/** Browsers send lines with CR and LF. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
}

/** One step of "Testar conexão" in words. */
export interface StepView {
  readonly name: string;
  readonly label: string;
  readonly outcome: TestStep['outcome'];
  readonly outcomeLabel: string;
  readonly detail: string;
  readonly remedy: string | null;
  readonly took: string;
}

export function toStepView({ name, outcome, detail, remedy, milliseconds }: TestStep, t: Translate): StepView {
  return {
    name,
    label: t(`integration:step-${name}`),
    outcome,
    outcomeLabel: t(`integration:outcome-${outcome}`),
    detail: t(detail.key, detail.params),
    remedy: remedy === null ? null : t(remedy, detail.params),
    took: t('integration:took', { milliseconds }),
  };
}

export interface ResultView {
  readonly outcome: 'passed' | 'warning' | 'failed';
  readonly text: string;
}

export function toResultView(steps: readonly TestStep[], t: Translate): ResultView {
  if (!isUsable(steps)) {
    const count = steps.filter(({ outcome }) => outcome === 'failed').length;
    return { outcome: 'failed', text: t('integration:result-failed', { count }) };
  }
  const count = steps.filter(({ outcome }) => outcome === 'warning').length;
  if (count > 0) return { outcome: 'warning', text: t('integration:result-warning', { count }) };
  return { outcome: 'passed', text: t('integration:result-passed') };
}

/** What a person has to agree to, as sentences. */
export function objectionsInWords({ test, failed, calls }: Objections, t: Translate): readonly string[] {
  const sentences: string[] = [];
  if (calls > 0) sentences.push(t('integration:confirm-calls', { count: calls }));
  if (test === 'untested') sentences.push(t('integration:confirm-untested'));
  if (test === 'failed') {
    const steps = failed.map((name) => t(`integration:step-${name}`)).join(', ');
    sentences.push(t('integration:confirm-failed', { steps }));
  }
  return sentences;
}
