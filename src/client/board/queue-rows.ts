import type { QueueSnapshot } from '../../shared/board.js';
import { KeyedRows, make, setData, setText, setTitle } from './dom.js';
import { formatDuration, formatShare } from '../../shared/format.js';
import type { BoardMessage, BoardTranslate } from './messages.js';

const NOTHING = '–';

interface Figure {
  readonly name: string;
  readonly label: BoardMessage;
  readonly text: (queue: QueueSnapshot, now: number, locale: string) => string;
}

const seconds = (value: number | null): string => (value === null ? NOTHING : formatDuration(value * 1000));

/** In the order of the table's head, which the server draws. */
const FIGURES: readonly Figure[] = [
  { name: 'waiting', label: 'queue.waiting', text: (queue) => String(queue.waiting) },
  {
    name: 'longest',
    label: 'queue.longest-wait',
    text: ({ longestWaitSince: since }, now) => (since === null ? NOTHING : formatDuration(now - since)),
  },
  { name: 'free', label: 'queue.free', text: (queue) => String(queue.agentsAvailable) },
  { name: 'talking', label: 'queue.talking', text: (queue) => String(queue.agentsTalking) },
  { name: 'paused', label: 'queue.paused', text: (queue) => String(queue.agentsPaused) },
  { name: 'answered', label: 'queue.answered', text: (queue) => String(queue.answered) },
  { name: 'not-answered', label: 'queue.not-answered', text: (queue) => String(queue.notAnswered) },
  { name: 'abandoned', label: 'queue.abandoned', text: (queue) => String(queue.abandoned) },
  {
    name: 'service-level',
    label: 'queue.service-level',
    text: ({ serviceLevel }, _now, locale) => (serviceLevel === null ? NOTHING : formatShare(serviceLevel, locale)),
  },
  { name: 'tma', label: 'queue.tma', text: (queue) => seconds(queue.averageHandlingSeconds) },
  { name: 'tme', label: 'queue.tme', text: (queue) => seconds(queue.averageWaitSeconds) },
];

export function createQueueRows(parent: HTMLElement, t: BoardTranslate, locale: string): KeyedRows<QueueSnapshot> {
  return new KeyedRows<QueueSnapshot>(
    parent,
    (queue) => queue.queueId,
    (queue) => {
      const name = make('th', 'board-queue-name');
      name.scope = 'row';
      const node = make('tr', 'board-queue', name);
      node.dataset['testid'] = `board-queue-${String(queue.queueId)}`;
      const cells = FIGURES.map((figure) => {
        const value = make('span', 'board-figure');
        const cell = make('td', '', value);
        cell.dataset['figure'] = figure.name;
        // Where the table's head has no room, the cell says its name itself.
        cell.dataset['label'] = t(figure.label);
        node.append(cell);
        return { figure, cell, value };
      });
      return {
        node,
        update(current, now) {
          setText(name, current.name);
          const waited = current.longestWaitSince === null ? 0 : now - current.longestWaitSince;
          const late = waited > current.serviceLevelSeconds * 1000;
          setData(node, 'waiting', current.waiting > 0 ? 'true' : null);
          setData(node, 'late', late ? 'true' : null);
          for (const { figure, cell, value } of cells) {
            setText(value, figure.text(current, now, locale));
            if (figure.name === 'longest') {
              setTitle(cell, late ? t('queue.late', { seconds: current.serviceLevelSeconds }) : '');
            }
            if (figure.name === 'service-level') {
              setTitle(cell, t('queue.service-level-within', { seconds: current.serviceLevelSeconds }));
            }
          }
        },
      };
    },
  );
}
