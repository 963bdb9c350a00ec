/** One step in words, as the server says it. */
export interface StepText {
  readonly name: string;
  readonly label: string;
  readonly outcome: string;
  readonly outcomeLabel: string;
  readonly detail: string;
  readonly remedy: string | null;
  readonly took: string;
}

export type TestLine =
  | { readonly type: 'step'; readonly step: StepText }
  | { readonly type: 'result'; readonly result: { readonly outcome: string; readonly text: string } }
  | { readonly type: 'broken'; readonly text: string };

export interface ConnectionTestDeps {
  readonly url: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly onLine: (line: TestLine) => void;
}

/** `refused`: something in the form is wrong. `broken`: the answer did not come to its end. */
export type TestOutcome = 'done' | 'refused' | 'broken' | 'aborted';

/** "Testar conexão": asks the server, and tells of each line of the answer as it comes. */
export class ConnectionTest {
  readonly #deps: ConnectionTestDeps;
  #running: AbortController | null = null;

  constructor(deps: ConnectionTestDeps) {
    this.#deps = deps;
  }

  /** Ends the one that runs; the server stops too. */
  abort(): void {
    this.#running?.abort();
    this.#running = null;
  }

  async run(form: URLSearchParams): Promise<TestOutcome> {
    this.abort();
    const own = new AbortController();
    this.#running = own;
    try {
      const response = await this.#deps.fetch(this.#deps.url, {
        method: 'POST',
        body: form,
        headers: { Accept: 'application/x-ndjson, application/json;q=0.5', 'X-CSRF-Token': form.get('_csrf') ?? '' },
        signal: own.signal,
      });
      if (!response.ok || response.body === null) return 'refused';
      return (await this.#read(response.body)) ? 'done' : 'broken';
    } catch {
      return own.signal.aborted ? 'aborted' : 'broken';
    } finally {
      if (this.#running === own) this.#running = null;
    }
  }

  /** Whether the answer came to its end: the result is the last line. */
  async #read(body: ReadableStream<Uint8Array>): Promise<boolean> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = '';
    let isWhole = false;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return isWhole;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const parsed = JSON.parse(line) as TestLine;
        isWhole = parsed.type !== 'step';
        this.#deps.onLine(parsed);
      }
    }
  }
}
