import type { AgentStatus } from '../../shared/agent-state.js';
import { make, setData, setText } from './dom.js';
import type { BoardTranslate } from './messages.js';

/** In the order a supervisor reads them; all are always there, so that none moves under the pointer. */
const SHOWN: readonly AgentStatus[] = [
  'unreachable',
  'offered',
  'talking',
  'on-hold',
  'dialling',
  'wrap-up',
  'reserved',
  'paused',
  'available',
  'offline',
];

/** Counts by state, each a switch of the filter. */
export class StatusCounts {
  readonly #switches: readonly {
    readonly status: AgentStatus;
    readonly button: HTMLElement;
    readonly count: Element;
  }[];

  constructor(parent: HTMLElement, t: BoardTranslate, onToggle: (status: AgentStatus) => void) {
    this.#switches = SHOWN.map((status) => {
      const dot = make('span', 'state-dot');
      dot.dataset['status'] = status;
      dot.setAttribute('aria-hidden', 'true');
      const word = make('span', 'board-count-word');
      word.textContent = t(`status.${status}`);
      const count = make('strong', 'board-count-figure');
      const button = make('button', 'board-count', dot, word, count);
      button.type = 'button';
      button.dataset['status'] = status;
      button.dataset['testid'] = `board-count-${status}`;
      button.addEventListener('click', () => {
        onToggle(status);
      });
      parent.append(button);
      return { status, button, count };
    });
  }

  show(counts: ReadonlyMap<AgentStatus, number>, chosen: ReadonlySet<AgentStatus>): void {
    for (const { status, button, count } of this.#switches) {
      const n = counts.get(status) ?? 0;
      setText(count, String(n));
      setData(button, 'none', n === 0 ? 'true' : null);
      button.setAttribute('aria-pressed', String(chosen.has(status)));
    }
  }
}
