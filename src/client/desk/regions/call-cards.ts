import { type AgentStatus } from '../../../shared/agent-state.js';
import { byId, el, setAttribute, setHidden, setText } from '../../dom/element.js';
import { syncList } from '../../dom/list.js';
import { formatDuration, formatPhone } from '../../format.js';
import { type DeskView } from '../desk-store.js';
import { callerName, callPhase, PHASE_STATUS } from '../phase.js';
import { type Region, type RegionDeps } from './region.js';

interface Card {
  readonly callId: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly since: number;
}

/** All calls in hand at a glance, each a line: its state, who, and how long. */
export class CallCards implements Region {
  readonly #deps: RegionDeps;
  readonly #list = byId('call-cards');
  readonly #empty = byId('call-cards-empty');

  constructor(deps: RegionDeps) {
    this.#deps = deps;
  }

  render(view: DeskView): void {
    this.tick(view);
  }

  tick(view: DeskView): void {
    const cards = cardsOf(view);
    setHidden(this.#empty, cards.length > 0);
    setHidden(this.#list, cards.length === 0);
    syncList(this.#list, cards, {
      key: ({ callId }) => callId,
      create: () =>
        el(
          'li',
          { class: 'desk-line-card', 'data-testid': 'call-line' },
          el('span', { class: 'state-dot', 'aria-hidden': 'true' }),
          el('span', { class: 'desk-line-name' }),
          el('span', { class: 'desk-line-state' }),
          el('span', { class: 'desk-line-time' }),
        ),
      update: (item, card) => {
        this.#fill(item, card);
      },
    });
  }

  #fill(item: HTMLElement, card: Card): void {
    const [dot, name, state, time] = [...item.children];
    if (dot === undefined || name === undefined || state === undefined || time === undefined) return;
    setAttribute(item, 'data-status', card.status);
    setAttribute(dot, 'data-status', card.status);
    setText(name, card.name);
    setText(state, this.#deps.t(`desk:status.${card.status}`));
    setText(time, formatDuration((this.#deps.now() - card.since) / 1000));
  }
}

function cardsOf(view: DeskView): readonly Card[] {
  const phase = callPhase(view);
  const call = view.desk?.call ?? null;
  const second = view.desk?.second ?? null;
  const cards: Card[] = [];
  if (call !== null && phase !== 'none' && phase !== 'wrap-up') {
    cards.push({
      callId: call.callId,
      name: formatPhone(callerName(view) ?? call.number),
      status: PHASE_STATUS[phase],
      since: call.answeredAt ?? call.startedAt,
    });
  }
  if (second !== null) {
    cards.push({
      callId: second.callId,
      name: formatPhone(second.label),
      status: second.state,
      since: second.answeredAt ?? second.startedAt,
    });
  }
  return cards;
}
