import { type Page } from 'playwright-core';

/** One opening of a page, as its browser saw it. Times are milliseconds since the navigation began. */
export interface PageLoad {
  /** Of scripts and styles, as they came over the line. */
  readonly transferredBytes: number;
  /** The same, unpacked: what the browser has to read. */
  readonly unpackedBytes: number;
  /** When the exchange confirmed the registration of the phone. */
  readonly readyMs: number;
  /** Tasks over 50 ms (Long Tasks API), added up, until a second after that. */
  readonly longTasksMs: number;
  readonly longestTaskMs: number;
}

interface Watched {
  readyAt: number;
  tasks: number[];
}

declare global {
  interface Window {
    benchWatch: Watched;
  }
}

/** To be called once a page, before it is opened: from then on every opening is watched. */
export async function watchLoads(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watched: { readyAt: number; tasks: number[] } = { readyAt: 0, tasks: [] };
    window.benchWatch = watched;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) watched.tasks.push(entry.duration);
    }).observe({ type: 'longtask', buffered: true });
    // The 200 to a REGISTER is the same moment on every page with a SIP phone, whatever is shown.
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('message', ({ data }) => {
          if (watched.readyAt !== 0 || typeof data !== 'string') return;
          if (/^SIP\/2\.0 200[^]*\r\nCSeq: *\d+ REGISTER\r\n/i.test(data)) watched.readyAt = performance.now();
        });
      }
    };
  });
}

/** Opens the page and measures until its phone is registered. `fromCache`: what may be kept from before is. */
export async function measureLoad(page: Page, url: string, fromCache: boolean): Promise<PageLoad> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Network.enable');
  await devTools.send('Network.setCacheDisabled', { cacheDisabled: !fromCache });
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForFunction(() => window.benchWatch.readyAt > 0, null, { timeout: 20_000 });
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000)));
  const { readyAt, tasks, resources } = await page.evaluate(() => ({
    ...window.benchWatch,
    resources: performance
      .getEntriesByType('resource')
      .filter((entry): entry is PerformanceResourceTiming => entry instanceof PerformanceResourceTiming)
      .map(({ name, transferSize, decodedBodySize }) => ({ name, transferSize, decodedBodySize })),
  }));
  await devTools.detach();
  const read = resources.filter(({ name }) => /\.(js|css)(\?|$)/.test(name));
  return {
    transferredBytes: sum(read.map(({ transferSize }) => transferSize)),
    unpackedBytes: sum(read.map(({ decodedBodySize }) => decodedBodySize)),
    readyMs: readyAt,
    longTasksMs: sum(tasks),
    longestTaskMs: Math.max(0, ...tasks),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
