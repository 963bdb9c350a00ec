import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './run/child.js';
import { eventually } from './wait.js';

/** Migrations and the demonstration's data included. */
const READY_MS = 120_000;
const STOP_MS = 15_000;
/** Named whole: the server runs in another folder. */
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
/** pino's number for `error`. */
const ERROR_LEVEL = 50;

export interface ServerOptions {
  /** Sources run as they are; built code is that of `npm run build`. */
  readonly code: 'sources' | 'built';
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Its port; the same again after a restart, so that pages find it. */
  readonly port: number;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The server as a process of its own, as it is started by a person. */
export class ServerProcess {
  readonly url: string;
  /** What it wrote to its log as an error, and whatever it wrote beside the log to standard error. */
  readonly errors: string[] = [];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    this.#read();
  }

  /** Starts it and waits until it is ready. */
  static async start({ code, cwd, env, port }: ServerOptions): Promise<ServerProcess> {
    const args =
      code === 'built'
        ? ['--enable-source-maps', path.join(projectRoot, 'dist/src/main.js')]
        : ['--import', TSX, path.join(projectRoot, 'src/main.ts')];
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, NODE_ENV: 'development', HOST: '127.0.0.1', PORT: String(port), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new ServerProcess(child, `http://127.0.0.1:${port}`);
    try {
      await server.#ready();
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    return server;
  }

  /** Ends it in order, and fails when it does not end so. Returns how long that took, in milliseconds. */
  async stop(): Promise<number> {
    const asked = performance.now();
    this.#child.kill('SIGTERM');
    try {
      await eventually('the server to end after SIGTERM', () => this.#ended, { limitMs: STOP_MS });
    } finally {
      this.kill();
    }
    assert.equal(this.#child.signalCode, null, 'the server ends by itself after SIGTERM');
    assert.equal(this.#child.exitCode, 0, `the server ends with 0 after SIGTERM\n${this.errors.join('\n')}`);
    return performance.now() - asked;
  }

  /** Ends it as a crash does. */
  kill(): void {
    if (!this.#ended) this.#child.kill('SIGKILL');
  }

  /** Settles when it is gone. */
  async ended(): Promise<void> {
    await eventually('the server to be gone', () => this.#ended);
  }

  get #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #ready(): Promise<void> {
    const outcome = await eventually(
      'the server to be ready',
      async () => {
        if (this.#ended) return 'ended';
        return (await fetch(`${this.url}/readyz`)).status === 200 && 'ready';
      },
      { limitMs: READY_MS, everyMs: 100 },
    );
    assert.equal(outcome, 'ready', `the server ended before it was ready\n${this.errors.join('\n')}`);
  }

  #read(): void {
    const { stdout, stderr } = this.#child;
    assert.ok(stdout !== null && stderr !== null);
    createInterface(stdout).on('line', (line) => {
      if (levelOf(line) >= ERROR_LEVEL) this.errors.push(line);
    });
    createInterface(stderr).on('line', (line) => this.errors.push(line));
  }
}

/** Lines that are not of the log, such as the greeting, have none. */
function levelOf(line: string): number {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('level' in entry)) return 0;
    return typeof entry.level === 'number' ? entry.level : 0;
  } catch {
    return 0;
  }
}
