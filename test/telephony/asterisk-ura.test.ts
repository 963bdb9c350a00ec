import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type TelephonyEvent } from '../../src/modules/telephony/telephony.port.js';
import { paths } from '../../src/platform/paths.js';
import { AsteriskRig, withAdmin } from '../support/asterisk-rig.js';
import { AsteriskServer } from '../support/asterisk-server.js';
import { Sipp, type SippStep } from '../support/sipp.js';
import { type UraManners, UraStandIn } from '../support/ura-stand-in.js';
import { eventually } from '../support/wait.js';

const CUSTOMER = '5511999990001';
const NUMBER = '551140004000';
/** Greeting and notice are over by then, and the menu, of a quarter of a minute, is still being read. */
const INTO_THE_MENU: SippStep = { waitMs: 9000 };
/** The same where every prompt is but a moment of silence, and the menu waits for a key. */
const INTO_THE_SHORT_MENU: SippStep = { waitMs: 2500 };
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
CITRUS_URA_KEY_SECONDS=3
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
  const customers: Sipp[] = [];

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
    application.protocols = () => ({ status: 200, body: '202611' });
    application.queueCallbacks = { status: 200, body: 'ok' };
    rig = await AsteriskRig.start(server);
  });
  afterEach(async () => {
    for (const customer of customers.splice(0)) await customer[Symbol.asyncDispose]();
    await rig[Symbol.asyncDispose]();
  });

  async function callUra(steps: readonly SippStep[], from = CUSTOMER): Promise<Sipp> {
    const customer = await Sipp.call({ exchangePort: server.sipPort, from, to: NUMBER, steps });
    customers.push(customer);
    return customer;
  }

  const inQueue = (from = CUSTOMER): Promise<Extract<TelephonyEvent, { type: 'call-started' }>> =>
    eventually(
      `${from} to be in a queue`,
      () =>
        rig.events.find(
          (event): event is Extract<TelephonyEvent, { type: 'call-started' }> =>
            event.type === 'call-started' && event.number === from,
        ),
      { limitMs: CALL_MS },
    );

  const variable = (callId: string, name: string): Promise<string> =>
    withAdmin(server, async (ami) => {
      const rows = await ami.list({ Action: 'CoreShowChannels' });
      const channel = rows.find((row) => row.get('Uniqueid') === callId)?.get('Channel') ?? '';
      return (await ami.act({ Action: 'Getvar', Channel: channel, Variable: name })).get('Value');
    });

  it('asks for a protocol number with what was keyed, reads it out, and leads on to the queue of the key', async () => {
    await callUra([INTO_THE_MENU, { key: '2' }]);
    const { callId, queue } = await inQueue();
    assert.equal(queue, 'Cancelamento');
    assert.deepEqual(application.requests, [
      {
        path: '/api/ura/protocols',
        fields: { call_id: callId, number: CUSTOMER, digits: '2', menu: 'principal' },
        authorization: 'Bearer segredo-da-ura',
        accept: 'text/plain',
        gaveUpAfterMs: null,
      },
    ]);
    assert.equal(await variable(callId, 'CITRUS_PROTOCOL'), '202611');
    assert.equal(await variable(callId, 'CITRUS_URA_CHOICE'), '2');
    assert.doesNotMatch(await server.log(), /does not exist in any format|Unable to open/);
  });

  describe('with short prompts', () => {
    before(async () => {
      await useShortPrompts(server);
    });

    it('reads the menu again after a key that is not offered, and takes whoever keys nothing to a queue all the same', async () => {
      const [wrong, silent] = ['5511999990001', '5511999990002'];
      await callUra([INTO_THE_SHORT_MENU, { key: '7' }, { waitMs: 1800 }, { key: '1' }], wrong);
      await callUra([], silent);
      const [second, none] = await Promise.all([inQueue(wrong), inQueue(silent)]);
      assert.equal(second.queue, 'Reclamações');
      assert.equal(none.queue, 'Suporte');
      const keyed = application.requests.map(({ fields }) => [fields['number'], fields['digits']]);
      assert.deepEqual(keyed.toSorted(), [
        [wrong, '71'],
        [silent, ''],
      ]);
      assert.equal(await variable(none.callId, 'CITRUS_URA_CHOICE'), 'none');
    });

    it('goes on to the queue without a protocol number when the application fails, talks nonsense or never answers', async () => {
      const manners: Readonly<Record<string, UraManners>> = {
        '5511999990001': { status: 500, body: '999999' },
        '5511999990002': { status: 200, body: '123456&extra"$[' },
        '5511999990003': 'never',
      };
      application.protocols = ({ number }) => manners[number ?? ''] ?? 'never';
      const numbers = Object.keys(manners);
      for (const number of numbers) await callUra([INTO_THE_SHORT_MENU, { key: '3' }], number);
      const calls = await Promise.all(numbers.map((number) => inQueue(number)));
      assert.deepEqual(
        calls.map(({ queue }) => queue),
        ['Vendas', 'Vendas', 'Vendas'],
      );
      for (const { callId } of calls) assert.equal(await variable(callId, 'CITRUS_PROTOCOL'), '');
      const waited = application.requests.find(({ fields }) => fields['number'] === '5511999990003')?.gaveUpAfterMs;
      assert.ok(typeof waited === 'number' && waited < WITHOUT_APPLICATION_MS, `waited ${String(waited)} ms`);
    });

    it('goes on to the queue when there is no application', async () => {
      const url = await setGlobal(server, 'CITRUS_URA_URL', 'http://127.0.0.1:9/api/ura');
      try {
        await callUra([INTO_THE_SHORT_MENU, { key: '4' }]);
        assert.equal((await inQueue()).queue, 'Suporte');
        assert.deepEqual(application.requests, []);
      } finally {
        await setGlobal(server, 'CITRUS_URA_URL', url);
      }
    });

    it('notes a callback for whoever keys 1 in the queue, says goodbye and hangs up', async () => {
      application.protocols = () => ({ status: 500, body: '' });
      const customer = await callUra([
        ...[INTO_THE_SHORT_MENU, { key: '3' }, { waitMs: 2500 }],
        // In the queue: out of it. Its number is read to the caller, who is then asked.
        ...[{ key: '1' }, { waitMs: 5500 }, { key: '1' }],
      ]);
      const { callId } = await inQueue();
      await eventually('the call to be over', () => customer.hasEnded, { limitMs: CALL_MS });
      assert.deepEqual(application.requests[1]?.fields, { call_id: callId, number: CUSTOMER, queue: 'Vendas' });
      assert.equal(application.requests[1].path, '/api/ura/queue-callbacks');
      assert.equal(application.requests.length, 2);
    });

    it('lets the caller wait on when a callback cannot be noted down', async () => {
      application.protocols = () => ({ status: 500, body: '' });
      application.queueCallbacks = 'never';
      const customer = await callUra([
        ...[INTO_THE_SHORT_MENU, { key: '3' }, { waitMs: 2500 }],
        ...[{ key: '1' }, { waitMs: 5500 }, { key: '1' }],
      ]);
      const { callId } = await inQueue();
      const waiting = (): Promise<readonly string[]> =>
        withAdmin(server, async (ami) =>
          (await ami.list({ Action: 'QueueStatus', Queue: 'Vendas' }))
            .filter((row) => row.event === 'QueueEntry')
            .map((row) => row.get('Uniqueid')),
        );
      await eventually('the callback to be asked for', () => application.requests.length === 2, { limitMs: CALL_MS });
      assert.deepEqual(await waiting(), []);
      await eventually('the caller to wait again', async () => (await waiting()).includes(callId), {
        limitMs: CALL_MS,
      });
      assert.equal(customer.hasEnded, false);
    });
  });
});

/** The same names, but nothing to hear: what is keyed is what is tested. */
async function useShortPrompts(server: AsteriskServer): Promise<void> {
  const texts = await readFile(path.join(paths.projectRoot, 'deploy/asterisk/prompts.pt-BR.txt'), 'utf8');
  const silence = wavOfSilence(800);
  let file = '';
  for (const [, name = ''] of texts.matchAll(/^([a-z0-9-]+)\|/gm))
    file = await server.addFile(`short/${name}.wav`, silence);
  await setGlobal(server, 'CITRUS_URA_SOUNDS', path.posix.dirname(file));
}

function wavOfSilence(samples: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples * 2, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples * 2, 40);
  return Buffer.concat([head, Buffer.alloc(samples * 2)]);
}

/** Sets a global variable; returns what it was. */
function setGlobal(server: AsteriskServer, name: string, value: string): Promise<string> {
  return withAdmin(server, async (ami) => {
    const before = (await ami.act({ Action: 'Getvar', Variable: name })).get('Value');
    await ami.act({ Action: 'Setvar', Variable: name, Value: value });
    return before;
  });
}
