import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { QueryTypes, Sequelize } from 'sequelize';
import { AmiConnection } from '../../src/modules/telephony/asterisk/ami-connection.js';
import { paths } from '../../src/platform/paths.js';
import { asteriskRoot } from './run/needs.js';
import { eventually } from './wait.js';

const SHIPPED = path.join(paths.projectRoot, 'deploy', 'asterisk');
const READY_MS = 30_000;

/** Only what the tests use: it starts in a second, and nothing else listens or complains. */
const MODULES = [
  ...[
    'app_bridgeaddchan',
    'app_bridgewait',
    'app_dial',
    'app_exec',
    'app_mixmonitor',
    'app_playback',
    'app_queue',
    'app_read',
    'app_stack',
    'app_verbose',
    'bridge_builtin_features',
    'bridge_holding',
    'bridge_native_rtp',
  ],
  ...[
    'bridge_simple',
    'bridge_softmix',
    'chan_pjsip',
    'codec_alaw',
    'codec_gsm',
    'codec_opus_open_source',
    'codec_ulaw',
    'format_gsm',
    'format_wav',
  ],
  ...[
    'bridge_builtin_interval_features',
    'func_callerid',
    'func_channel',
    'func_curl',
    'func_db',
    'func_export',
    'func_global',
    'func_hangupcause',
    'func_logic',
    'func_pjsip_contact',
  ],
  ...['func_strings', 'func_timeout', 'func_uri', 'pbx_config', 'res_clioriginate', 'res_crypto', 'res_curl'],
  'res_format_attr_opus',
  ...['res_http_websocket', 'res_musiconhold', 'res_pjproject', 'res_pjsip', 'res_pjsip_acl'],
  ...['res_pjsip_authenticator_digest', 'res_pjsip_caller_id', 'res_pjsip_dlg_options', 'res_pjsip_dtmf_info'],
  ...['res_pjsip_endpoint_identifier_ip', 'res_pjsip_endpoint_identifier_user', 'res_pjsip_header_funcs'],
  ...[
    'res_pjsip_nat',
    'res_pjsip_pubsub',
    'res_pjsip_registrar',
    'res_pjsip_rfc3326',
    'res_pjsip_sdp_rtp',
    'res_pjsip_session',
  ],
  ...['res_pjsip_transport_websocket', 'res_rtp_asterisk', 'res_sorcery_astdb', 'res_sorcery_config'],
  ...['res_sorcery_memory', 'res_srtp', 'res_timing_timerfd'],
];

export interface AsteriskFiles {
  /** Put after the templates of pjsip.conf, and after the sections of queues.conf and extensions.conf. */
  readonly pjsip: string;
  readonly queues: string;
  readonly extensions: string;
}

/** An Asterisk of a test's own: its folder, its ports, its process. Several run side by side. */
export class AsteriskServer {
  readonly amiPort: number;
  readonly httpPort: number;
  readonly sipPort: number;
  readonly secret = randomBytes(12).toString('hex');
  readonly #root: string;
  readonly #folder: string;
  #process: ChildProcess | null = null;

  private constructor(root: string, ports: readonly [number, number, number]) {
    this.#root = root;
    this.#folder = `/srv/citrus-voz/${process.pid}-${randomBytes(4).toString('hex')}`;
    [this.amiPort, this.httpPort, this.sipPort] = ports;
  }

  static async start(files: (server: AsteriskServer) => AsteriskFiles): Promise<AsteriskServer> {
    const ports = [await freePort(), await freePort(), await freeUdpPort()] as const;
    const server = new AsteriskServer(asteriskRoot(process.env), ports);
    await server.#write(files(server));
    await server.run();
    return server;
  }

  get softphoneUrl(): string {
    return `ws://127.0.0.1:${String(this.httpPort)}/ws`;
  }

  /** Settles when the manager interface answers and everything is loaded. */
  async run(): Promise<void> {
    const config = `${this.#folder}/asterisk.conf`;
    const child = spawn('chroot', [this.#root, '/usr/sbin/asterisk', '-C', config, '-f'], { stdio: 'ignore' });
    this.#process = child;
    await eventually(
      'Asterisk to have loaded',
      async () => {
        if (child.exitCode !== null) throw new Error(`it ended with ${String(child.exitCode)}`);
        const ami = await AmiConnection.connect({
          host: '127.0.0.1',
          port: this.amiPort,
          tls: false,
          tlsVerify: false,
        });
        const booted = new Promise<boolean>((resolve) => {
          ami.listen({
            onEvent: ({ event }) => {
              if (event === 'FullyBooted') resolve(true);
            },
            onClosed: () => {
              resolve(false);
            },
          });
        });
        await ami.logIn('citrus-voz', this.secret, 'system');
        const isReady = await booted;
        ami.close();
        return isReady;
      },
      { limitMs: READY_MS, everyMs: 50 },
    );
  }

  /** Ends the process as a crash or a power cut would. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** What has reached its database's file, and would outlive a crash: Asterisk writes about once a second. */
  async stored(key: string): Promise<string | null> {
    const file = path.join(this.#root, this.#folder, 'db', 'astdb.sqlite3');
    const database = new Sequelize({ dialect: 'sqlite', storage: file, logging: false });
    try {
      const [row] = await database.query<{ value: string }>('select value from astdb where key = :key', {
        replacements: { key },
        type: QueryTypes.SELECT,
      });
      return row?.value ?? null;
    } finally {
      await database.close();
    }
  }

  /** Where it puts recordings, as this process sees it. */
  get recordingsFolder(): string {
    return path.join(this.#root, this.#folder, 'spool', 'monitor');
  }

  /** Writes a file into its folder; returns its path as Asterisk sees it. */
  async addFile(name: string, content: Buffer): Promise<string> {
    const file = path.join(this.#root, this.#folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    return path.posix.join(this.#folder, name);
  }

  /** What it complained of, for a test that failed. */
  async log(): Promise<string> {
    return readFile(path.join(this.#root, this.#folder, 'log', 'messages'), 'utf8').catch(() => '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(path.join(this.#root, this.#folder), { recursive: true, force: true });
  }

  async #write(files: AsteriskFiles): Promise<void> {
    const folder = path.join(this.#root, this.#folder);
    for (const name of ['db', 'run', 'log', 'spool/monitor', 'keys'])
      await mkdir(path.join(folder, name), { recursive: true });
    for (const name of ['extensions', 'pjsip', 'queues', 'manager', 'ura', 'ura.globals']) {
      await copyFile(path.join(SHIPPED, `citrus-voz.${name}.conf`), path.join(folder, `citrus-voz.${name}.conf`));
    }
    const all: Readonly<Record<string, string>> = {
      asterisk: `[directories]
astetcdir => ${this.#folder}
astmoddir => ${await modulesOf(this.#root)}
astvarlibdir => /var/lib/asterisk
astdatadir => /usr/share/asterisk
astdbdir => ${this.#folder}/db
astkeydir => ${this.#folder}
astspooldir => ${this.#folder}/spool
astrundir => ${this.#folder}/run
astlogdir => ${this.#folder}/log
[options]
documentation_language = en_US
`,
      modules: `[modules]\nautoload=no\n${MODULES.map((name) => `load=${name}.so`).join('\n')}\n`,
      logger: '[general]\n[logfiles]\nmessages => notice,warning,error\n',
      manager: `[general]
enabled=yes
bindaddr=127.0.0.1
port=${String(this.amiPort)}
#include citrus-voz.manager.conf
[citrus-voz](citrus-manager)
secret=${this.secret}
[may-not](citrus-manager)
secret=${this.secret}
write=system,agent
[deaf](citrus-manager)
secret=${this.secret}
read=user
`,
      http: `[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=${String(this.httpPort)}\n`,
      rtp: '[general]\nrtpstart=20000\nrtpend=29999\nicesupport=yes\n',
      musiconhold: '[default]\nmode=files\ndirectory=moh\n',
      pjsip: `#include citrus-voz.pjsip.conf\n${files.pjsip}`,
      queues: `[general]\npersistentmembers=yes\n#include citrus-voz.queues.conf\n${files.queues}`,
      extensions: `${files.extensions}\n#include citrus-voz.extensions.conf\n#include citrus-voz.ura.conf\n`,
      ...Object.fromEntries(
        [
          'acl',
          'ccss',
          'cdr',
          'cel',
          'cli',
          'codecs',
          'dnsmgr',
          'features',
          'indications',
          'sorcery',
          'stasis',
          'udptl',
        ].map((name) => [name, '[general]\n']),
      ),
    };
    for (const [name, text] of Object.entries(all)) await writeFile(path.join(folder, `${name}.conf`), text);
  }
}

/** As the system in the folder sees it: the name of its folder is that of the machine's architecture. */
async function modulesOf(root: string): Promise<string> {
  for (const name of await readdir(path.join(root, 'usr/lib'))) {
    const folder = path.join('/usr/lib', name, 'asterisk/modules');
    if (existsSync(path.join(root, folder))) return folder;
  }
  throw new Error(`no modules of Asterisk in ${root}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
