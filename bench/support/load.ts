import { Agent, get } from 'node:http';
import { performance } from 'node:perf_hooks';
import { type LoadAnswer, type LoadRequest } from './load-process.js';

/** Asks for one page again and again over connections that stay open; runs in a process of its own. */
async function run({ url, cookie, requests, connections, bytes }: LoadRequest): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      get(url, { agent, headers: { accept: 'text/html', cookie } }, (response) => {
        let received = 0;
        response.on('data', (chunk: Buffer) => (received += chunk.length));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200 && received === bytes) resolve();
          else reject(new Error(`${url} answered ${String(response.statusCode)} with ${received} bytes, not ${bytes}`));
        });
      }).on('error', reject);
    });
  let left = requests;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left > 0) {
        left -= 1;
        await one();
      }
    }),
  );
  const ms = performance.now() - start;
  agent.destroy();
  return ms;
}

process.on('message', (request: LoadRequest) => {
  run(request).then(
    (ms) => process.send?.({ ms } satisfies LoadAnswer),
    (error: unknown) => process.send?.({ failure: String(error) } satisfies LoadAnswer),
  );
});
