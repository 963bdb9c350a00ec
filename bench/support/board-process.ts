import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type BoardChange } from '../../src/shared/board.js';
import { type BoardsAnswer, type BoardsRequest, type Marker } from './protocol.js';

const LIMIT_MS = 120_000;

export interface Seen {
  readonly frames: readonly BoardChange[];
  readonly fewest: number;
  readonly most: number;
}

/** The boards, in a process of their own, so that what they do is not counted against the server. */
export class BoardProcess {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(fileURLToPath(new URL('boards.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  }

  async connect(url: string, count: number): Promise<void> {
    await this.#ask({ type: 'connect', url, count }, 'connected');
  }

  /** Settles when the boards are ready to count; what it gives settles when every board has seen the marker. */
  async expect(marker: Marker): Promise<{ readonly seen: Promise<Seen> }> {
    const seen = this.#answer('seen');
    // Awaited by the caller; should asking fail first, nobody would.
    seen.catch(() => undefined);
    await this.#ask({ type: 'await', marker }, 'ready');
    return { seen };
  }

  async disconnect(): Promise<void> {
    await this.#ask({ type: 'disconnect' }, 'disconnected');
  }

  [Symbol.dispose](): void {
    this.#child.disconnect();
  }

  async #ask(request: BoardsRequest, expected: BoardsAnswer['type']): Promise<void> {
    const answer = this.#answer(expected);
    this.#child.send(request);
    await answer;
  }

  #answer<T extends BoardsAnswer['type']>(expected: T): Promise<Extract<BoardsAnswer, { readonly type: T }>> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(limit);
        this.#child.off('message', onMessage);
        this.#child.off('exit', onExit);
      };
      const onMessage = (answer: BoardsAnswer): void => {
        if (answer.type === 'failed') {
          stop();
          reject(new Error(answer.message));
        } else if (answer.type === expected) {
          stop();
          resolve(answer as Extract<BoardsAnswer, { readonly type: T }>);
        }
      };
      const onExit = (code: number | null): void => {
        stop();
        reject(new Error(`the boards' process ended with ${String(code)}`));
      };
      const limit = setTimeout(() => {
        stop();
        reject(new Error(`waited ${LIMIT_MS} ms for the boards to be "${expected}"`));
      }, LIMIT_MS);
      this.#child.on('message', onMessage);
      this.#child.once('exit', onExit);
    });
  }
}
