import assert from 'node:assert/strict';
import { type TelephonyEvent } from '../../src/modules/telephony/telephony.port.js';
import { AsteriskRig, withAdmin } from '../support/asterisk-rig.js';
import { AsteriskServer } from '../support/asterisk-server.js';
import { Sipp, type SippStep } from '../support/sipp.js';
import { UraStandIn } from '../support/ura-stand-in.js';
import { eventually } from '../support/wait.js';

const CUSTOMER = '5511999990001';
const NUMBER = '551140004000';
/** Greeting and notice are over by then, and the menu is still being read, for a quarter of a minute. */
const INTO_THE_MENU: SippStep = { waitMs: 9000 };
const CALL_MS = 60_000;
/** What the application may take, and what Asterisk takes to notice. */
const WITHOUT_APPLICATION_MS = 2000;

/** Nobody is logged in anywhere: who reaches a queue waits there. */
function startUra(applicationPort: number): Promise<AsteriskServer> {
  return AsteriskServer.start(({ sipPort }) => ({
    pjsip: `[transport-udp]
type=transport
protocol=udp
bind=127.0.0.1:${String(sipPort)}
[carrier]
type=endpoint
context=from-trunk
disallow=all
allow=alaw
direct_media=no
[carrier]
type=identify
endpoint=carrier
match=127.0.0.1
`,
    queues: ['Reclamações', 'Cancelamento', 'Vendas', 'Suporte']
      .map((name) => `[${name}](citrus-queue,citrus-callback)\n`)
      .join(''),
    extensions: `[globals]
#include citrus-voz.ura.globals.conf
CITRUS_URA_URL=http://127.0.0.1:${String(applicationPort)}/api/ura
CITRUS_URA_TOKEN=segredo-da-ura
CITRUS_URA_KEY_SECONDS=2
CITRUS_URA_TRIES=2
[from-trunk]
exten => ${NUMBER},1,Goto(citrus-ura,s,1)
`,
  }));
}

describe('URA on Asterisk', () => {
  let application: UraStandIn;
  let server: AsteriskServer;
  let rig: AsteriskRig;
  let customer: Sipp | null = null;

  before(async () => {
    application = await UraStandIn.start();
    server = await startUra(application.port);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await application[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    application.requests.length = 0;
    application.protocols = { status: 200, body: '20261126000123' };
    application.queueCallbacks = { status: 200, body: 'ok' };
    rig = await AsteriskRig.start(server);
  });
  afterEach(async () => {
    await customer?.[Symbol.asyncDispose]();
    customer = null;
    await rig[Symbol.asyncDispose]();
  });

  async function callUra(steps: readonly SippStep[]): Promise<void> {
    customer = await Sipp.call({ exchangePort: server.sipPort, from: CUSTOMER, to: NUMBER, steps });
  }

  const inQueue = (): Promise<Extract<TelephonyEvent, { type: 'call-started' }>> =>
    eventually(
      'the customer to be in a queue',
      () => rig.events.find((event) => event.type === 'call-started'),
      { limitMs: CALL_MS },
    );

  const variable = (callId: string, name: string): Promise<string> =>
    withAdmin(server, async (ami) => {
      const rows = await ami.list({ Action: 'CoreShowChannels' });
      const channel = rows.find((row) => row.get('Uniqueid') === callId)?.get('Channel') ?? '';
      return (await ami.act({ Action: 'Getvar', Channel: channel, Variable: name })).get('Value');
    });

  it('asks the application for a protocol number with what was keyed, and leads on to the queue of the key', async () => {
    await callUra([INTO_THE_MENU, { key: '2' }]);
    const { callId, queue, number } = await inQueue();
    assert.equal(queue, 'Cancelamento');
    assert.equal(number, CUSTOMER);
    assert.deepEqual(application.requests, [
      {
        path: '/api/ura/protocols',
        fields: { call_id: callId, number: CUSTOMER, digits: '2', menu: 'principal' },
        authorization: 'Bearer segredo-da-ura',
        accept: 'text/plain',
      },
    ]);
    assert.equal(await variable(callId, 'CITRUS_PROTOCOL'), '20261126000123');
    assert.equal(await variable(callId, 'CITRUS_URA_CHOICE'), '2');
  });
});
