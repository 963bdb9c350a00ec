import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type RecordingEvent } from '../../src/modules/telephony/recording.port.js';
import { AsteriskRig, withAdmin } from '../support/asterisk-rig.js';
import { AsteriskServer } from '../support/asterisk-server.js';
import { Sipp } from '../support/sipp.js';
import { powerOf, readWav } from '../support/wav.js';
import { eventually } from '../support/wait.js';

const CUSTOMER_HZ = 440;
const AGENT_HZ = 1000;
/** Neither of the two tones, nor a multiple of one. */
const ELSE_HZ = 1700;
const NUMBER = '4000';
const QUEUE = 'Vendas';
/** 8 kHz of 16 bit. */
const BYTES_A_MS = 16;
/** What is listened to of each stretch; a second is many periods of either tone. */
const STRETCH_MS = 1500;

/** The agent's phone is an ordinary one, because SIPp speaks no WebRTC; the channel recorded is the customer's. */
function startWith(agentPort: () => number): Promise<AsteriskServer> {
  return AsteriskServer.start(({ sipPort }) => ({
    pjsip: `[transport-udp]
type=transport
protocol=udp
bind=127.0.0.1:${String(sipPort)}
[customer]
type=endpoint
context=customers
disallow=all
allow=alaw
direct_media=no
[customer]
type=identify
endpoint=customer
match=127.0.0.1
[1001]
type=endpoint
context=nowhere
disallow=all
allow=alaw
aors=1001
direct_media=no
[1001]
type=aor
contact=sip:1001@127.0.0.1:${String(agentPort())}
`,
    queues: `[${QUEUE}](citrus-queue)\n`,
    extensions: `[citrus-agents]
exten => ${NUMBER},1,Gosub(citrus-queue,s,1(${QUEUE},60))
[customers]
include => citrus-agents
[nowhere]
exten => none,1,Hangup()
`,
  }));
}

describe('recording on Asterisk', () => {
  let agent: Sipp;
  let server: AsteriskServer;
  let rig: AsteriskRig;
  let customer: Sipp;
  let events: RecordingEvent[];

  beforeEach(async () => {
    agent = await Sipp.answerer({ steps: ['tone'], toneHz: AGENT_HZ });
    server = await startWith(() => agent.port);
    rig = await AsteriskRig.start(server);
    events = [];
    rig.telephony.recorder.onEvent((event) => {
      events.push(event);
    });
    await withAdmin(server, (ami) => ami.act({ Action: 'QueueAdd', Queue: QUEUE, Interface: 'PJSIP/1001' }));
    const to = { exchangePort: server.sipPort, from: '5511999990001', to: NUMBER };
    customer = await Sipp.call({ ...to, steps: ['tone'], toneHz: CUSTOMER_HZ });
  });
  afterEach(async () => {
    await customer[Symbol.asyncDispose]();
    await agent[Symbol.asyncDispose]();
    await rig.telephony[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const answered = async (): Promise<string> => {
    const event = await eventually(
      'the agent to answer',
      () => rig.events.find(({ type }) => type === 'call-answered'),
      { limitMs: 20_000 },
    );
    assert.ok(event.type === 'call-answered');
    return event.callId;
  };

  /** Waits until that much more sound is in the file; Asterisk writes what it heard in pieces, later. */
  async function recorded(file: string, ms: number): Promise<void> {
    const enough = (Date.now() - events[0]!.at + ms) * BYTES_A_MS;
    await eventually('sound to be recorded', async () => (await stat(file)).size >= enough, { limitMs: 20_000 });
  }

  it('keeps both voices, silence where it is paused, and ends with the call', async () => {
    const callId = await answered();
    const { recorder } = rig.telephony;
    assert.ok(rig.telephony.capabilities.has('recording'));
    await Promise.all([recorder.start(callId), recorder.start(callId)]);
    assert.equal(events.length, 1, 'one recording, however often it is asked for');
    const file = path.join(server.recordingsFolder, events[0]!.file);
    assert.match(events[0]!.file, /^[A-Za-z0-9.-]+\.wav$/);
    await recorded(file, STRETCH_MS);
    await recorder.pause(callId);
    await recorded(file, STRETCH_MS);
    await recorder.resume(callId);
    await recorded(file, STRETCH_MS);
    await rig.telephony.hangUp(callId, 'agent');
    await eventually('the recording to be over', () => events.some(({ type }) => type === 'recording-stopped'));
    assert.deepEqual(
      events.map(({ type }) => type.replace('recording-', '')),
      ['started', 'paused', 'resumed', 'stopped'],
    );
    const [began, pausedAt, resumedAt] = events.map(({ at }) => at - events[0]!.at);
    const { samples, rate } = readWav(await readFile(file));
    const stretch = (fromMs: number, untilMs: number): Float64Array =>
      samples.subarray(Math.round((fromMs / 1000) * rate), Math.round((untilMs / 1000) * rate));
    // A margin on both sides: commands and sound do not travel together.
    const talk = [
      stretch(began! + 500, pausedAt! - 300),
      stretch(resumedAt! + 500, samples.length / (rate / 1000) - 300),
    ];
    for (const part of talk) {
      const noise = powerOf(part, ELSE_HZ, rate);
      for (const hertz of [CUSTOMER_HZ, AGENT_HZ]) {
        const power = powerOf(part, hertz, rate);
        assert.ok(power > 100 * noise && power > 1e-4, `${String(hertz)} Hz: ${String(power)} beside ${String(noise)}`);
      }
    }
    const silence = stretch(pausedAt! + 300, resumedAt! - 300);
    assert.ok(silence.length > rate / 2, 'the time goes on while it is paused');
    for (const hertz of [CUSTOMER_HZ, AGENT_HZ]) assert.ok(powerOf(silence, hertz, rate) < 1e-7, `${String(hertz)} Hz`);
  });

  it('goes on under an application that was restarted, and refuses what it does not know', async () => {
    const callId = await answered();
    await rig.telephony.recorder.start(callId);
    const { file } = events[0]!;
    await rig.telephony[Symbol.asyncDispose]();
    rig = await AsteriskRig.start(server);
    const { recorder } = rig.telephony;
    const told: RecordingEvent[] = [];
    recorder.onEvent((event) => {
      told.push(event);
    });
    await recorder.start(callId);
    await recorder.pause(callId);
    await recorder.pause(callId);
    await recorder.stop(callId);
    await recorder.stop(callId);
    assert.deepEqual(
      told.map((event) => [event.type, event.file]),
      [
        ['recording-paused', file],
        ['recording-stopped', file],
      ],
    );
    await assert.rejects(recorder.pause(callId), { code: 'conflict' });
    await assert.rejects(recorder.start('nobody'), { code: 'not-found' });
  });
});
