import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface LoadRequest {
  readonly url: string;
  readonly cookie: string;
  readonly requests: number;
  /** As many requests are under way at once. */
  readonly connections: number;
  /** What each answer has to have; another is an error and ends the measurement. */
  readonly bytes: number;
}

export type LoadAnswer = { readonly ms: number } | { readonly failure: string };

/** Those who ask for pages, in a process of their own, so that what they do is not counted against the server. */
export class LoadProcess {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(fileURLToPath(new URL('load.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  }

  /** Requests per second. */
  async measure(request: LoadRequest): Promise<number> {
    const answered = once(this.#child, 'message') as Promise<[LoadAnswer]>;
    this.#child.send(request);
    const [answer] = await answered;
    if ('failure' in answer) throw new Error(answer.failure);
    return (request.requests * 1000) / answer.ms;
  }

  [Symbol.dispose](): void {
    this.#child.disconnect();
  }
}
