import { type AgentSnapshot, type AgentStatus, type BlockerKind } from '../../shared/agent-state.js';
import { type MessageKey } from '../../shared/i18n/messages.js';

/** One thing that keeps calls away, or will, as the bar shows it. */
export interface StatusChip {
  readonly key: string;
  readonly kind: BlockerKind | 'next-pause';
  /** Whose colour and form it has. */
  readonly shape: AgentStatus;
  readonly text: MessageKey;
  readonly params: Readonly<Record<string, string | number>>;
  /** What can be done about it. */
  readonly hint: MessageKey | null;
  readonly since: number | null;
}

/**
 * Everything that keeps calls from this agent, and the pause that waits. A call in hand and a shift that has not begun are
 * left out: the rest of the page says nothing else.
 */
export function statusChips(agent: AgentSnapshot): readonly StatusChip[] {
  const chips = agent.blockers.flatMap(({ kind, since }): readonly StatusChip[] => {
    const shown = SHOWN[kind];
    if (shown === null || agent.shiftStartedAt === null) return [];
    const text = `desk:blocker.${shown.word}` as const;
    return [{ key: kind, kind, shape: shown.shape, text, params: paramsOf(kind, agent), hint: `${text}-hint`, since }];
  });
  const { nextPause } = agent;
  if (nextPause === null) return chips;
  const text = agent.call === null ? 'desk:status.next-pause-later' : 'desk:status.next-pause';
  return [
    ...chips,
    {
      ...{ key: `next-${String(nextPause.id)}`, kind: 'next-pause', shape: 'paused', text },
      ...{ params: { reason: nextPause.name }, hint: null, since: null },
    },
  ];
}

type Word = Exclude<BlockerKind, 'call' | 'no-shift'>;

const SHOWN: Readonly<Record<BlockerKind, { readonly word: Word; readonly shape: AgentStatus } | null>> = {
  'no-shift': null,
  call: null,
  paused: { word: 'paused', shape: 'paused' },
  missed: { word: 'missed', shape: 'paused' },
  'no-page': { word: 'no-page', shape: 'unreachable' },
  'no-phone': { word: 'no-phone', shape: 'unreachable' },
  reserved: { word: 'reserved', shape: 'reserved' },
};

function paramsOf(kind: BlockerKind, agent: AgentSnapshot): StatusChip['params'] {
  if (kind === 'paused') return { reason: agent.pauseReason?.name ?? '' };
  return kind === 'missed' ? { count: agent.missedCalls } : {};
}
