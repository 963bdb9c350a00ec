import { AGENT_STATUSES, type AgentSnapshot, type AgentStatus } from '../../shared/agent-state.js';
import { createAgentChips } from './agent-chips.js';
import { byAttention, countByStatus, filterAgents, isFiltering, type AgentFilter } from './agent-order.js';
import type { BoardStore } from './board-store.js';
import { part, setText, type KeyedRows } from './dom.js';
import { fitChips } from './fit-chips.js';
import { FreshnessView } from './freshness-view.js';
import type { BoardTranslate } from './messages.js';
import { createQueueRows } from './queue-rows.js';
import { StatusCounts } from './status-counts.js';
import type { Television } from './television.js';
import type { QueueSnapshot } from '../../shared/board.js';

const NO_MESSAGE = '';

/** Draws the store into the page's skeleton. `draw()` may be called as often as one likes. */
export class BoardView {
  readonly #store: BoardStore;
  readonly #t: BoardTranslate;
  readonly #television: Television;
  readonly #freshness: FreshnessView;
  readonly #counts: StatusCounts;
  readonly #queueRows: KeyedRows<QueueSnapshot>;
  readonly #agentChips: KeyedRows<AgentSnapshot>;
  readonly #parts: Readonly<Record<'queues' | 'agents' | 'more' | 'notice' | 'queueTable' | 'noQueues', HTMLElement>>;
  readonly #search: HTMLInputElement;
  readonly #clear: HTMLElement;
  #statuses = new Set<AgentStatus>();
  #message = NO_MESSAGE;

  constructor(deps: {
    readonly root: HTMLElement;
    readonly store: BoardStore;
    readonly television: Television;
    readonly t: BoardTranslate;
    readonly locale: string;
  }) {
    const { root, t, locale } = deps;
    this.#store = deps.store;
    this.#television = deps.television;
    this.#t = t;
    this.#freshness = new FreshnessView(root, t, locale);
    this.#counts = new StatusCounts(part(root, 'counts'), t, (status) => {
      if (!this.#statuses.delete(status)) this.#statuses.add(status);
      this.#filterChanged();
    });
    this.#parts = {
      queues: part(root, 'queues'),
      queueTable: part(root, 'queue-table'),
      noQueues: part(root, 'no-queues'),
      agents: part(root, 'agents'),
      more: part(root, 'more'),
      notice: part(root, 'notice'),
    };
    this.#queueRows = createQueueRows(this.#parts.queues, t, locale);
    this.#agentChips = createAgentChips(this.#parts.agents, t);
    this.#search = part(root, 'search') as HTMLInputElement;
    this.#clear = part(root, 'clear');
    this.#search.addEventListener('input', () => {
      this.#filterChanged();
    });
    this.#clear.addEventListener('click', () => {
      this.#statuses.clear();
      this.#search.value = '';
      this.#filterChanged();
    });
    this.#restoreFilter();
  }

  /** What went wrong, in words, where the agents would be; null when nothing is. */
  setMessage(message: string | null): void {
    this.#message = message ?? NO_MESSAGE;
    this.draw();
  }

  draw(): void {
    const pageNow = Date.now();
    const shownNow = this.#store.shownNow(pageNow);
    const freshness = this.#store.freshness(pageNow);
    const { agents, queues } = this.#store;
    this.#freshness.show(freshness);
    this.#counts.show(countByStatus(agents), this.#statuses);
    this.#queueRows.show(queues, shownNow);
    this.#parts.queueTable.style.setProperty('--board-queues', String(queues.length));
    this.#parts.queueTable.hidden = queues.length === 0;
    this.#parts.noQueues.hidden = queues.length > 0 || freshness.state === 'empty';
    const found = this.#drawAgents(agents, shownNow);
    setText(this.#parts.notice, this.#notice(freshness.state === 'empty', agents.length, found));
    this.#parts.notice.hidden = this.#parts.notice.textContent === '';
    this.#clear.hidden = !isFiltering(this.#filter());
  }

  /** Returns how many the filter lets through. */
  #drawAgents(agents: readonly AgentSnapshot[], now: number): number {
    const wanted = byAttention(
      filterAgents(agents, this.#filter(), (id) => this.#store.queueName(id)),
      now,
    );
    const { agents: grid, more } = this.#parts;
    if (!this.#television.isOn) {
      this.#agentChips.show(wanted, now);
      more.hidden = true;
      return wanted.length;
    }
    const fit = fitChips(wanted.length, grid.clientWidth, grid.clientHeight);
    grid.style.setProperty('--board-columns', String(fit.columns));
    grid.style.setProperty('--board-letter', `${String(fit.letterPx)}px`);
    this.#agentChips.show(wanted.slice(0, fit.shown), now);
    const left = wanted.length - fit.shown;
    more.hidden = left === 0;
    setText(more, this.#t('agent.more', { count: left }));
    return wanted.length;
  }

  #notice(isEmpty: boolean, agents: number, found: number): string {
    if (this.#message !== NO_MESSAGE) return this.#message;
    if (isEmpty) return this.#t('loading');
    if (agents === 0) return this.#t('empty.agents');
    return found === 0 ? this.#t('empty.filter') : '';
  }

  #filter(): AgentFilter {
    return { statuses: this.#statuses, text: this.#search.value };
  }

  /** The filter is kept in the address, so that a reload and a bookmark show the same. */
  #filterChanged(): void {
    const url = new URL(location.href);
    url.searchParams.delete('status');
    for (const status of this.#statuses) url.searchParams.append('status', status);
    if (this.#search.value.trim() === '') url.searchParams.delete('q');
    else url.searchParams.set('q', this.#search.value);
    history.replaceState(null, '', url);
    this.draw();
  }

  #restoreFilter(): void {
    const query = new URLSearchParams(location.search);
    const asked = new Set(query.getAll('status'));
    this.#statuses = new Set(AGENT_STATUSES.filter((status) => asked.has(status)));
    this.#search.value = query.get('q') ?? '';
  }
}
