import { AmiConnection } from '../../src/modules/telephony/asterisk/ami-connection.js';
import { type AmiMessage } from '../../src/modules/telephony/asterisk/ami-parser.js';
import { readChannels } from '../../src/modules/telephony/asterisk/channel-list.js';
import { type AmiLinkTimes } from '../../src/modules/telephony/asterisk/ami-link.js';
import { AsteriskTelephony } from '../../src/modules/telephony/asterisk/asterisk-telephony.js';
import { type AsteriskSettings } from '../../src/modules/telephony/asterisk/asterisk-settings.domain.js';
import { type TelephonyEvent } from '../../src/modules/telephony/telephony.port.js';
import { systemSchedule } from '../../src/platform/schedule.js';
import { AsteriskServer } from './asterisk-server.js';
import { type PhoneCall, SipPhone } from './sip-phone.js';
import { eventually } from './wait.js';

export const SALES = { name: 'Vendas', number: '4000', ringSeconds: 3, maxWaitSeconds: 6 } as const;
export const SUPPORT = { name: 'Suporte', number: '4001' } as const;
/** How long the dialplan keeps a customer for a page that went away. */
export const GRACE_SECONDS = 4;
export const ANA = '+5511999990001';
export const BIA = '+5511999990002';
const PASSWORD = 'segredo';
const AGENTS = ['1001', '1002', '1003'];
const TRUNK_NUMBER = '551140004000';

/** An Asterisk with three agents, two customers who are reached through a trunk that leads back to it, and a queue. */
export function startAsterisk(): Promise<AsteriskServer> {
  return AsteriskServer.start(({ sipPort }) => ({
    pjsip: [
      ...AGENTS.map((extension) =>
        phone(
          extension,
          `agent${extension}`,
          `callerid="Agent ${extension}" <${extension}>
context=matriz
set_var=CITRUS_QUEUES=${SALES.name},${SUPPORT.name}
set_var=OTHER=1`,
        ),
      ),
      ...[ANA, BIA].map((number) => phone(number, number, `callerid=<${number}>\ncontext=customers`)),
      `[transport-udp]
type=transport
protocol=udp
bind=127.0.0.1:${String(sipPort)}
[trunk]
type=endpoint
context=nowhere
disallow=all
allow=alaw,ulaw
aors=trunk
[trunk]
type=aor
contact=sip:127.0.0.1:${String(sipPort)}
[carrier]
type=endpoint
context=carrier
disallow=all
allow=alaw,ulaw
[carrier]
type=identify
endpoint=carrier
match=127.0.0.1
[desk-phone]
type=endpoint
context=matriz
disallow=all
allow=alaw
auth=desk-phone
aors=desk-phone
[desk-phone]
type=auth
auth_type=userpass
username=desk
password=desk
[desk-phone]
type=aor
max_contacts=1`,
    ].join('\n'),
    queues: `[${SALES.name}](citrus-queue)\ntimeout=${String(SALES.ringSeconds)}\n[${SUPPORT.name}](citrus-queue)\n`,
    extensions: `[globals]
CITRUS_PAUSE_REASONS=Almoço, Banheiro
CITRUS_GRACE_SECONDS=${String(GRACE_SECONDS)}
[citrus-agents]
exten => ${SALES.number},1,Gosub(citrus-queue,s,1(${SALES.name},${String(SALES.maxWaitSeconds)}))
exten => ${SUPPORT.number},1,Gosub(citrus-queue,s,1(${SUPPORT.name},60))
[customers]
include => citrus-agents
[matriz]
exten => none,1,Hangup()
[nowhere]
exten => none,1,Hangup()
[carrier]
exten => _+X.,1,Dial(PJSIP/\${EXTEN})
 same => n,Hangup(\${HANGUPCAUSE})
`,
  }));
}

function phone(name: string, login: string, more: string): string {
  return `[${name}](citrus-agent)
auth=${name}
aors=${name}
${more}
[${name}](citrus-agent-auth)
username=${login}
password=${PASSWORD}
[${name}](citrus-agent-aor)
`;
}

/** The adapter on an Asterisk, with phones. Whatever a test leaves behind at the exchange is cleared away. */
export class AsteriskRig {
  readonly server: AsteriskServer;
  readonly telephony: AsteriskTelephony;
  readonly events: TelephonyEvent[] = [];
  readonly logged: { readonly level: string; readonly message: string; readonly context: object }[] = [];
  readonly #phones: SipPhone[] = [];

  private constructor(server: AsteriskServer, settings: Partial<AsteriskSettings>, times: Partial<AmiLinkTimes>) {
    this.server = server;
    const log = (level: string) => (context: object, message: string) => {
      this.logged.push({ level, message, context });
    };
    this.telephony = new AsteriskTelephony(
      { ...settingsOf(server), ...settings },
      {
        now: Date.now,
        schedule: systemSchedule,
        random: Math.random,
        log: { info: log('info'), warn: log('warn'), error: log('error') },
        times,
      },
    );
    this.telephony.onEvent((event) => {
      this.events.push(event);
    });
  }

  static async start(
    server: AsteriskServer,
    settings: Partial<AsteriskSettings> = {},
    times: Partial<AmiLinkTimes> = {},
  ): Promise<AsteriskRig> {
    const rig = new AsteriskRig(server, settings, times);
    await rig.telephony.start();
    await eventually('the adapter to be connected', () => rig.telephony.status().connected);
    return rig;
  }

  readonly login = { login: 'agent1001', password: PASSWORD } as const;

  async agentPhone(extension: string): Promise<SipPhone> {
    const credentials = await this.telephony.softphoneCredentials(extension);
    const phone = this.#keep(await SipPhone.register(this.server.softphoneUrl, credentials));
    // What Asterisk answered it has not yet told.
    const isOfPhone = (event: TelephonyEvent): boolean =>
      event.type.startsWith('phone-') && 'extension' in event && event.extension === extension;
    await eventually(
      `${extension} to be registered`,
      () => this.events.findLast(isOfPhone)?.type === 'phone-registered',
    );
    return phone;
  }

  /** One that registers while no application is there to be asked. */
  phone(extension: string): Promise<SipPhone> {
    return this.#register(extension, `agent${extension}`);
  }

  customerPhone(number: string): Promise<SipPhone> {
    return this.#register(number, number);
  }

  async #register(name: string, login: string): Promise<SipPhone> {
    return this.#keep(
      await SipPhone.register(this.server.softphoneUrl, {
        uri: `sip:${name}@127.0.0.1`,
        server: this.server.softphoneUrl,
        authorizationUsername: login,
        authorizationPassword: PASSWORD,
        displayName: '',
        expiresAt: 0,
        iceServers: [],
        pagePlaysHoldMusic: false,
        pageMixesConference: false,
      }),
    );
  }

  /** Whether the exchange has put both into one bridge, or into two that a call over the trunk connects. */
  async areJoined(one: PhoneCall, other: PhoneCall): Promise<boolean> {
    return withAdmin(this.server, async (ami) => {
      const variables = 'CITRUS_TARGET_NUMBER,CITRUS_NUMBER';
      const channels = (await ami.list({ Action: 'Status', Variables: variables })).map((row) => {
        const phone = row.get('Channel').replace(/-[0-9a-f]+$/, '');
        return { phone, bridge: row.get('BridgeID'), outside: numberOverTrunk(phone, row) };
      });
      const bridged = channels.filter(({ bridge }) => bridge !== '');
      const reached = new Set(
        bridged.filter(({ phone }) => phone === `PJSIP/${one.ownAddress}`).map(({ bridge }) => bridge),
      );
      // Both ends of a call over the trunk are here.
      for (const bridge of reached) {
        const numbers = bridged.filter((channel) => channel.bridge === bridge).map(({ outside }) => outside);
        for (const { outside, bridge: there } of bridged) {
          if (outside !== null && numbers.includes(outside)) reached.add(there);
        }
      }
      return bridged.some(({ phone, bridge }) => phone === `PJSIP/${other.ownAddress}` && reached.has(bridge));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.telephony[Symbol.asyncDispose]();
    for (const phone of this.#phones) phone.drop();
    await tidy(this.server);
  }

  #keep(phone: SipPhone): SipPhone {
    this.#phones.push(phone);
    return phone;
  }
}

export function settingsOf(server: AsteriskServer): AsteriskSettings {
  return {
    host: '127.0.0.1',
    port: server.amiPort,
    tls: false,
    tlsVerify: true,
    username: 'citrus-voz',
    secret: server.secret,
    softphoneUrl: server.softphoneUrl,
    agentContext: 'citrus-agents',
    trunk: 'trunk',
    outboundPrefix: '',
    callerNumber: TRUNK_NUMBER,
    iceServers: [],
  };
}

export async function withAdmin<T>(server: AsteriskServer, work: (ami: AmiConnection) => Promise<T>): Promise<T> {
  const ami = await AmiConnection.connect({ host: '127.0.0.1', port: server.amiPort, tls: false, tlsVerify: false });
  try {
    await ami.logIn('citrus-voz', server.secret, 'off');
    return await work(ami);
  } finally {
    ami.close();
  }
}

/** The number of a call over the trunk, at either of its ends. */
function numberOverTrunk(phone: string, row: AmiMessage): string | null {
  if (phone === 'PJSIP/carrier') return row.get('Exten');
  if (phone !== 'PJSIP/trunk') return null;
  const values = row.all('Variable').map((line) => line.slice(line.indexOf('=') + 1).replace('(null)', ''));
  return values.find((value) => value !== '') ?? null;
}

/** Nobody in a queue, no channel, no phone: as it was when it started. */
async function tidy(server: AsteriskServer): Promise<void> {
  await withAdmin(server, async (ami) => {
    await ami.act({ Action: 'Hangup', Channel: '/.*/' }).catch(() => undefined);
    for (const row of await ami.list({ Action: 'QueueStatus' })) {
      if (row.event !== 'QueueMember') continue;
      await ami.act({ Action: 'QueueRemove', Queue: row.get('Queue'), Interface: row.get('Location') });
    }
    await eventually('the exchange to be empty', async () => {
      const channels = await ami.list({ Action: 'CoreShowChannels' });
      const contacts = await ami.list({ Action: 'PJSIPShowContacts' });
      const left = contacts.filter((row) => !row.get('ObjectName').startsWith('trunk'));
      return channels.length === 0 && left.length === 0 && (await readChannels(ami)).length === 0;
    });
  });
}
