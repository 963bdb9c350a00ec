import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { projectRoot } from './run/child.js';
import { chromiumPath } from './run/needs.js';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A tone instead of a microphone. The permission is asked for as ever: the tests grant or refuse it.
  '--use-fake-device-for-media-stream',
];

/**
 * When a page may make sound. `user-gesture-required` is stricter than Chromium's own rule, which lets a page that holds a
 * microphone play anything, and as strict as other browsers.
 */
export type AutoplayPolicy = 'no-user-gesture-required' | 'user-gesture-required';

const SCREENS = path.join(projectRoot, 'coverage', 'screens');

/** How long a page may take for anything it is asked to do. */
const ACTION_MS = 10_000;

/** A browser window of its own: nothing is shared with the others of the test, as with another person's computer. */
export interface WindowOptions {
  readonly microphone?: 'granted' | 'refused';
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** The windows of one test. Whatever a page complains of fails the test, unless it was expected. */
export class Windows {
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  readonly #complaints: string[] = [];
  readonly #expected: RegExp[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Opens a window at `url`. */
  async open(url: string, options: WindowOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      locale: 'pt-BR',
      timezoneId: 'America/Sao_Paulo',
      viewport: options.viewport ?? { width: 1440, height: 900 },
    });
    this.#contexts.push(context);
    if (options.microphone !== 'refused') await context.grantPermissions(['microphone']);
    context.setDefaultTimeout(ACTION_MS);
    this.#listen(context);
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  /** Another tab in the window of `page`: it shares the sign-in with it, but not its `sessionStorage`. */
  async openTab(page: Page, url: string): Promise<Page> {
    const tab = await page.context().newPage();
    await tab.goto(url);
    return tab;
  }

  /** What pages may write to their console in this test, as while a server is away. */
  expectComplaint(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  unexpectedComplaints(): readonly string[] {
    return this.#complaints.filter((complaint) => !this.#expected.some((pattern) => pattern.test(complaint)));
  }

  /** A picture of every page, for the one who looks into a failed test; returns where they are. */
  async photograph(title: string): Promise<readonly string[]> {
    mkdirSync(SCREENS, { recursive: true });
    const pages = this.#contexts.flatMap((context) => context.pages());
    const files: string[] = [];
    for (const [index, page] of pages.entries()) {
      const file = path.join(SCREENS, `${title.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 120)}-${index + 1}.png`);
      // A page that cannot be drawn any more must not hide why the test failed.
      const drawn = await page.screenshot({ path: file, fullPage: true }).catch(() => null);
      if (drawn !== null) files.push(file);
    }
    return files;
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
  }

  #listen(context: BrowserContext): void {
    // What the content security policy refuses is told on the console too.
    context.on('console', (message) => {
      if (message.type() !== 'error') return;
      const { url } = message.location();
      this.#complaints.push(`console: ${message.text()}${url === '' ? '' : ` (${url})`}`);
    });
    context.on('weberror', (error) => {
      const thrown = error.error();
      this.#complaints.push(`thrown: ${thrown.stack ?? thrown.message}`);
    });
    context.on('page', (page) => {
      page.on('crash', () => {
        this.#complaints.push(`crashed: ${page.url()}`);
      });
    });
  }
}

/** Starts Chromium once for the tests of a `describe`. */
export class TestBrowser {
  readonly #autoplay: AutoplayPolicy;
  #browser: Browser | null = null;

  constructor(autoplay: AutoplayPolicy) {
    this.#autoplay = autoplay;
  }

  async start(): Promise<void> {
    this.#browser = await chromium.launch({
      executablePath: chromiumPath(process.env),
      args: [...ARGUMENTS, `--autoplay-policy=${this.#autoplay}`],
    });
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    this.#browser = null;
  }

  /**
   * Runs the body of a test with its own windows. A failed test leaves pictures behind; one that passed fails all the
   * same when a page complained of something nobody expected.
   */
  async run(title: string, body: (windows: Windows) => Promise<void>): Promise<void> {
    if (this.#browser === null) throw new Error('the browser has not been started');
    const windows = new Windows(this.#browser);
    try {
      await body(windows);
      const complaints = windows.unexpectedComplaints();
      if (complaints.length > 0) throw new Error(`the pages complained:\n${complaints.join('\n')}`);
    } catch (error) {
      const files = await windows.photograph(title);
      const complaints = windows.unexpectedComplaints();
      throw new Error(
        [
          error instanceof Error ? error.message : String(error),
          ...(complaints.length > 0 ? ['the pages complained:', ...complaints] : []),
          ...(files.length > 0 ? [`pictures: ${files.join(', ')}`] : []),
        ].join('\n'),
        { cause: error },
      );
    } finally {
      await windows.close();
    }
  }
}

/** One Chromium for the tests of a `describe`; call it there. */
export function useBrowser(autoplay: AutoplayPolicy = 'no-user-gesture-required'): TestBrowser {
  const browser = new TestBrowser(autoplay);
  before(function () {
    this.timeout(30_000);
    return browser.start();
  });
  after(() => browser.stop());
  return browser;
}

/** Signs in on the page of the sign-in, or on one that leads there. */
export async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill(password);
  await Promise.all([
    page.waitForURL((url) => !url.pathname.startsWith('/sign-in')),
    page.locator('form:has(input[name="password"]) [type="submit"]').click(),
  ]);
}
