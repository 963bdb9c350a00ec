/** "Usuários Logados": draws the list again every few seconds, and says how old it is. */
const EVERY_MS = 5000;
/** Two attempts in a row that failed. */
const STALE_AFTER_MS = 12_000;

class LiveList {
  readonly #list: HTMLElement;
  readonly #said: HTMLElement;
  #updatedAt = Date.now();
  #html = '';
  #isAsking = false;

  constructor(list: HTMLElement, said: HTMLElement) {
    this.#list = list;
    this.#said = said;
  }

  start(): void {
    this.#said.hidden = false;
    this.#tell();
    setInterval(() => {
      this.#tell();
    }, 1000);
    setInterval(() => {
      if (!document.hidden) void this.#refresh();
    }, EVERY_MS);
    // A page that nobody looked at is old: it is made new before it is read.
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) void this.#refresh();
    });
  }

  async #refresh(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const answer = await fetch(this.#list.dataset['refresh'] ?? '', {
        headers: { accept: 'text/html' },
        redirect: 'manual',
        signal: AbortSignal.timeout(EVERY_MS),
      });
      // Sent to the sign-in page, or no longer allowed: the page itself says so.
      if (answer.type === 'opaqueredirect' || answer.status === 403) {
        window.location.reload();
        return;
      }
      if (answer.ok) this.#show(await answer.text());
    } catch {
      // It grows old, and says so.
    } finally {
      this.#isAsking = false;
      this.#tell();
    }
  }

  #show(html: string): void {
    this.#updatedAt = Date.now();
    if (html === this.#html) return;
    this.#html = html;
    const focused = document.activeElement;
    const focusedId = focused !== null && this.#list.contains(focused) ? focused.id : '';
    const scrolled = document.getElementById('logged-in-frame')?.scrollLeft ?? 0;
    // Written by our own server, with everything in it escaped.
    this.#list.innerHTML = html;
    const frame = document.getElementById('logged-in-frame');
    if (frame !== null) frame.scrollLeft = scrolled;
    if (focusedId !== '') document.getElementById(focusedId)?.focus({ preventScroll: true });
  }

  #tell(): void {
    const age = Date.now() - this.#updatedAt;
    const isStale = age > STALE_AFTER_MS;
    const text = this.#said.dataset[isStale ? 'stale' : 'fresh'] ?? '';
    this.#said.textContent = text.replace('{{seconds}}', String(Math.floor(age / 1000)));
    this.#said.classList.toggle('is-stale', isStale);
    this.#list.classList.toggle('is-stale', isStale);
  }
}

const list = document.getElementById('logged-in');
const said = document.querySelector<HTMLElement>('[data-freshness]');
if (list !== null && said !== null) new LiveList(list, said).start();
