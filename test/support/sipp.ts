import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What a telephone of SIPp does once a call is up: waits, keys a digit (RFC 4733), or sends its tone. */
export type SippStep = { readonly waitMs: number } | { readonly key: string } | 'tone';

const RATE = 8000;
/** SIPp repeats the file: whole periods of any whole number of hertz fit into one second. */
const TONE_SECONDS = 1;
/** SIPp numbers its media from there on its own; both directions and two telephones fit. */
const MEDIA_PORTS = 6000;

/**
 * A telephone of SIPp's: real SIP over UDP, real RTP. A caller (`call`) or one that picks up at once (`answerer`).
 * Ends with its call, or at `Symbol.asyncDispose`.
 */
export class Sipp implements AsyncDisposable {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(process: ChildProcess, folder: string, port: number) {
    this.#process = process;
    this.#folder = folder;
    this.port = port;
  }

  /** Calls `to` at an exchange as the number `from`. */
  static call(options: {
    readonly exchangePort: number;
    readonly from: string;
    readonly to: string;
    readonly steps: readonly SippStep[];
    readonly toneHz?: number;
  }): Promise<Sipp> {
    const { exchangePort, from, to, steps, toneHz = 400 } = options;
    const target = [`127.0.0.1:${String(exchangePort)}`, '-s', to, '-key', 'from', from];
    return Sipp.#start(callerScenario, steps, toneHz, target);
  }

  /** Answers one call, whoever calls. */
  static answerer(options: { readonly steps: readonly SippStep[]; readonly toneHz: number }): Promise<Sipp> {
    return Sipp.#start(answererScenario, options.steps, options.toneHz, ['127.0.0.1']);
  }

  static async #start(
    scenario: (steps: string) => string,
    steps: readonly SippStep[],
    toneHz: number,
    target: readonly string[],
  ): Promise<Sipp> {
    const folder = await mkdtemp(path.join(tmpdir(), 'citrus-sipp-'));
    const file = path.join(folder, 'tone.alaw');
    await writeFile(file, alawTone(toneHz));
    const text = scenario(steps.map((step) => toXml(step, file)).join('\n'));
    // SIPp has two senders of media, each with a port of its own: one for keys, one for streams.
    const portOfMedia = steps.includes('tone') ? '[rtpstream_audio_port]' : '[media_port]';
    await writeFile(path.join(folder, 'scenario.xml'), text.replace('[port_of_media]', portOfMedia));
    const [port, mediaPort] = [await freeUdpPort(), MEDIA_PORTS + 4 * Math.floor(Math.random() * 3000)];
    const child = spawn(
      'sipp',
      [
        ...['-sf', 'scenario.xml', '-i', '127.0.0.1', '-p', String(port), '-mp', String(mediaPort)],
        ...['-m', '1', '-nostdin', '-trace_err', '-error_file', 'errors', ...target],
      ],
      { cwd: folder, stdio: 'ignore' },
    );
    await once(child, 'spawn');
    return new Sipp(child, folder, port);
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** What it complained of; empty when nothing. */
  errors(): Promise<string> {
    return readFile(path.join(this.#folder, 'errors'), 'utf8').catch(() => '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasEnded) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function toXml(step: SippStep, toneFile: string): string {
  if (step === 'tone') return `<nop><action><exec rtp_stream="${toneFile},-1,8"/></action></nop>`;
  if ('waitMs' in step) return `<pause milliseconds="${String(step.waitMs)}"/>`;
  return `<nop><action><exec play_dtmf="${step.key}"/></action></nop>`;
}

/** 96 is the type that SIPp sends keys as, whatever is agreed on. */
const SDP = `v=0
o=sipp 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [port_of_media] RTP/AVP 8 96
a=rtpmap:8 PCMA/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
a=ptime:20`;

const HEAD = '<?xml version="1.0" encoding="ISO-8859-1" ?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">';

function callerScenario(steps: string): string {
  const common = `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[from]@[local_ip]:[local_port]>;tag=[call_number]`;
  return `${HEAD}
<scenario name="customer">
<send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
${common}
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:[from]@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

${SDP}
]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="183" optional="true"/>
<recv response="200" rtd="true"/>
<send><![CDATA[
ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
${common}
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
${steps}
${END_OF_CALL}
</scenario>
`;
}

const END_OF_CALL = `<recv request="BYE"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>`;

function answererScenario(steps: string): string {
  return `${HEAD}
<scenario name="agent">
<recv request="INVITE"/>
<send retrans="500"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

${SDP}
]]></send>
<recv request="ACK"/>
${steps}
${END_OF_CALL}
</scenario>
`;
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

function alawTone(hertz: number): Buffer {
  const bytes = Buffer.alloc(RATE * TONE_SECONDS);
  for (let n = 0; n < bytes.length; n += 1)
    bytes[n] = toAlaw(Math.round(8000 * Math.sin((2 * Math.PI * hertz * n) / RATE)));
  return bytes;
}

/** G.711, A-law. */
function toAlaw(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80;
  const magnitude = Math.min(32_635, Math.abs(sample)) >> 4;
  let exponent = 0;
  for (let rest = magnitude >> 4; rest > 0 && exponent < 7; rest >>= 1) exponent += 1;
  const mantissa = exponent === 0 ? magnitude & 0x0f : (magnitude >> (exponent - 1)) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}
