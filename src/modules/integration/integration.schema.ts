import { z } from 'zod';
import { optionalText, requiredText, tickBox, versionField, wholeNumber } from '../../platform/http/form-fields.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { type Confirmed, type TypedSettings } from './integration-settings.domain.js';

const BAD_PLATFORM = 'integration:bad-platform' satisfies MessageKey;
const BAD_HOST = 'integration:bad-host' satisfies MessageKey;
const BAD_USERNAME = 'integration:bad-username' satisfies MessageKey;
const BAD_SECRET = 'integration:bad-secret' satisfies MessageKey;
const BAD_URL = 'integration:bad-softphone-url' satisfies MessageKey;
const BAD_NAME = 'integration:bad-name' satisfies MessageKey;
const BAD_PREFIX = 'integration:bad-prefix' satisfies MessageKey;
const BAD_CALLER = 'integration:bad-caller' satisfies MessageKey;
const BAD_STUN = 'integration:bad-stun' satisfies MessageKey;
const BAD_TURN = 'integration:bad-turn' satisfies MessageKey;
const TOO_MANY = 'integration:too-many-servers' satisfies MessageKey;
const TOO_LONG = 'errors:field-too-long' satisfies MessageKey;

const HOST_NAME = /^(?!-)[\w-]{1,63}(\.[\w-]{1,63})*\.?$/;
const IP6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/i;
const PRINTABLE = /^\P{Cc}*$/u;
const SECRET_MAX = 200;
const SERVERS_MAX = 8;
/** One server of a list, in letters. */
const SERVER_MAX = 200;

/** A name or an address; without port and path, which have fields of their own. */
const host = requiredText(253).refine((text) => HOST_NAME.test(text) || isIp6(text), BAD_HOST);

/** As typed: spaces may belong to it. Line ends would begin another header of the manager interface. */
const secret = z
  .string()
  .max(SECRET_MAX, TOO_LONG)
  .regex(PRINTABLE, BAD_SECRET)
  .optional()
  .transform((text) => text ?? '');

const softphoneUrl = requiredText(300).refine(isSocketUrl, BAD_URL);

/** A name of the dialplan or of PJSIP. */
const name = (max: number): z.ZodType<string> => requiredText(max).regex(/^[\w.+-]+$/, BAD_NAME);

const prefix = optionalText(10)
  .transform((text) => text ?? '')
  .pipe(z.string().regex(/^\d*$/, BAD_PREFIX));

/** Written as people write numbers, kept as digits. */
const callerNumber = optionalText(30)
  .transform((text) => (text ?? '').replaceAll(/[\s().-]/g, ''))
  .pipe(z.string().regex(/^(\+?\d{3,20})?$/, BAD_CALLER));

const SERVER = String.raw`(?:[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?`;
const STUN = new RegExp(`^stuns?:${SERVER}$`);
const TURN = new RegExp(String.raw`^turns?:${SERVER}(?:\?transport=(?:udp|tcp))?$`);

/** One address a line. */
function servers(pattern: RegExp, problem: string): z.ZodType<readonly string[]> {
  return z
    .string()
    .optional()
    .transform((text) => [...new Set((text ?? '').split(/\s+/).filter((line) => line !== ''))])
    .pipe(
      z
        .array(z.string())
        .max(SERVERS_MAX, TOO_MANY)
        .refine((urls) => urls.every((url) => url.length <= SERVER_MAX && pattern.test(url) && hasPort(url)), problem),
    );
}

const common = {
  version: versionField,
  /** Names the secrets that were typed before and are kept in the session. */
  draft: z.string().max(64).default(''),
  callerNumber,
  stunUrls: servers(STUN, BAD_STUN),
  turnUrls: servers(TURN, BAD_TURN),
  turnSecret: secret,
  /** What the person has read and agreed to. */
  confirmTest: tickBox,
  confirmCalls: z.coerce.number().int().min(0).catch(0),
};

const exchangeFields = z.object({ platform: z.literal('exchange'), ...common });
const asteriskFields = z.object({
  platform: z.literal('asterisk'),
  host,
  port: wholeNumber(1, 65_535),
  tls: tickBox,
  tlsVerify: tickBox,
  username: requiredText(80).regex(PRINTABLE, BAD_USERNAME),
  secret,
  softphoneUrl,
  agentContext: name(80),
  trunk: name(80),
  outboundPrefix: prefix,
  // Last, because problems are listed in the order of the fields.
  ...common,
});

export interface IntegrationForm {
  readonly version: number;
  readonly draft: string;
  readonly confirmed: Confirmed;
  readonly typed: TypedSettings;
}

/** The fields of the platform that is not chosen are hidden: what is in them is neither read nor an error. */
export const integrationForm: z.ZodType<IntegrationForm> = z
  .discriminatedUnion('platform', [exchangeFields, asteriskFields], BAD_PLATFORM)
  .transform(({ version, draft, confirmTest, confirmCalls, turnSecret, ...rest }) => {
    const form = { version, draft, confirmed: { test: confirmTest, calls: confirmCalls } };
    if (rest.platform === 'exchange') return { ...form, typed: { plain: rest, secrets: { secret: '', turnSecret } } };
    const { secret: typedSecret, ...plain } = rest;
    return { ...form, typed: { plain, secrets: { secret: typedSecret, turnSecret } } };
  });

export const tokenForm = z.object({ version: versionField });

function isIp6(text: string): boolean {
  return IP6.test(text) && URL.canParse(`http://[${text}]/`);
}

/** Plainly a host, because it is written into a header of every page. */
function isSocketUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, hash } = new URL(text);
  const isHost = HOST_NAME.test(hostname) || /^\[[0-9a-f:.]+\]$/i.test(hostname);
  return (protocol === 'ws:' || protocol === 'wss:') && isHost && username === '' && hash === '';
}

function hasPort(url: string): boolean {
  const port = /:(\d+)(?:\?|$)/.exec(url)?.[1];
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
}
