import assert from 'node:assert/strict';
import { ConnectionTest, type TestLine } from '../../../src/client/integration/connection-test.js';

const STEP = JSON.stringify({ type: 'step', step: { name: 'reachable', label: 'Alcançável' } });
const RESULT = JSON.stringify({ type: 'result', result: { outcome: 'passed', text: 'ok' } });

/** An answer whose bytes come in the given pieces. */
function answer(pieces: readonly Uint8Array[], status = 200): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  return new Response(body, { status });
}

describe('the page’s connection test', () => {
  const bytes = new TextEncoder().encode(`${STEP}\n${RESULT}\n`);
  let lines: TestLine[];

  function testThat(fetch: (url: string, init: RequestInit) => Promise<Response>): ConnectionTest {
    lines = [];
    return new ConnectionTest({ url: '/test', fetch, onLine: (line) => lines.push(line) });
  }

  it('tells of each line, wherever the network cuts the answer', async () => {
    for (let cut = 0; cut < bytes.length; cut += 1) {
      const test = testThat(() => Promise.resolve(answer([bytes.slice(0, cut), bytes.slice(cut)])));
      assert.equal(await test.run(new URLSearchParams()), 'done');
      assert.deepEqual(
        lines.map((line) => JSON.stringify(line)),
        [STEP, RESULT],
      );
    }
  });

  it('sends the form with its token', async () => {
    let sent: RequestInit = {};
    const test = testThat((_url, init) => {
      sent = init;
      return Promise.resolve(answer([bytes]));
    });
    await test.run(new URLSearchParams({ _csrf: 'token', host: 'pbx' }));
    assert.equal(new Headers(sent.headers).get('x-csrf-token'), 'token');
    assert.equal((sent.body as URLSearchParams).get('host'), 'pbx');
  });

  it('is broken when the answer ends before its result, or is none', async () => {
    assert.equal(
      await testThat(() => Promise.resolve(answer([new TextEncoder().encode(`${STEP}\n`)]))).run(new URLSearchParams()),
      'broken',
    );
    assert.equal(
      await testThat(() => Promise.resolve(answer([new TextEncoder().encode('<html>\n')]))).run(new URLSearchParams()),
      'broken',
    );
    assert.equal(await testThat(() => Promise.reject(new TypeError('offline'))).run(new URLSearchParams()), 'broken');
  });

  it('is refused when the server finds something wrong in the form', async () => {
    assert.equal(await testThat(() => Promise.resolve(answer([bytes], 422))).run(new URLSearchParams()), 'refused');
    assert.deepEqual(lines, []);
  });

  it('ends when it is aborted', async () => {
    const test = testThat(
      (_url, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(new DOMException('aborted', 'AbortError'));
          });
        }),
    );
    const running = test.run(new URLSearchParams());
    test.abort();
    assert.equal(await running, 'aborted');
  });
});
