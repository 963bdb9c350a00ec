import type { AgentSnapshot } from '../../shared/agent-state.js';
import { pauseLimitOf } from '../../shared/pause-limit.js';
import { isLong, isMissedPause, isOverLimit } from './agent-order.js';
import { KeyedRows, make, setData, setText, setTitle } from './dom.js';
import { formatDuration, formatPhone } from '../../shared/format.js';
import type { BoardTranslate } from './messages.js';

/** Word and reason: `Em pausa · Almoço`. */
function stateText(agent: AgentSnapshot, t: BoardTranslate): string {
  const word = t(`status.${agent.status}`);
  if (isMissedPause(agent)) return `${word} · ${t('agent.missed-reason')}`;
  return agent.pauseReason === null ? word : `${word} · ${agent.pauseReason.name}`;
}

/** All that keeps calls away and that the state does not say already. */
function furtherBlockers(agent: AgentSnapshot, t: BoardTranslate): readonly string[] {
  if (agent.status === 'offline') return [];
  return agent.blockers.flatMap(({ kind }) => {
    const isSaid =
      kind === 'no-shift' ||
      kind === 'call' ||
      (kind === 'reserved' && agent.status === 'reserved') ||
      (kind === 'paused' && agent.status === 'paused') ||
      (kind === 'missed' && agent.status === 'paused' && agent.pauseReason === null);
    return isSaid ? [] : [t(`blocker.${kind}`)];
  });
}

/** With whom, and from which queue; else how far over the limit a pause is, and everything that keeps calls away. */
function detailText(agent: AgentSnapshot, now: number, t: BoardTranslate): string {
  const { call } = agent;
  if (call !== null) {
    return `${call.queueName ?? t(`direction.${call.direction}`)} · ${call.customerName ?? formatPhone(call.number)}`;
  }
  const limit = pauseLimitOf(agent, now);
  const all = [
    ...(limit?.state === 'over' ? [t('agent.over-limit', { limit: formatDuration(limit.limitSeconds * 1000) })] : []),
    ...(isMissedPause(agent) ? [t('agent.missed', { count: agent.missedCalls })] : []),
    ...furtherBlockers(agent, t),
    ...(agent.nextPause === null ? [] : [t('agent.next-pause', { reason: agent.nextPause.name })]),
  ];
  return all.join(' · ');
}

function titleText(agent: AgentSnapshot, long: boolean, t: BoardTranslate): string {
  const extension = agent.extension === null ? null : t('agent.extension', { extension: agent.extension });
  const further = agent.call === null ? [] : furtherBlockers(agent, t);
  return [agent.name, extension, agent.call?.number ?? null, ...further, long ? t('agent.long') : null]
    .filter((text) => text !== null)
    .join(' · ');
}

export function createAgentChips(parent: HTMLElement, t: BoardTranslate): KeyedRows<AgentSnapshot> {
  return new KeyedRows<AgentSnapshot>(
    parent,
    (agent) => agent.agentId,
    (agent) => {
      const dot = make('span', 'state-dot');
      dot.setAttribute('aria-hidden', 'true');
      const name = make('strong', 'board-agent-name');
      const time = make('span', 'board-agent-time');
      const state = make('span', 'board-agent-state');
      const detail = make('span', 'board-agent-detail');
      const node = make('li', 'board-agent', dot, name, time, state, detail);
      node.dataset['testid'] = `board-agent-${String(agent.agentId)}`;
      return {
        node,
        update(current, now) {
          const long = isLong(current, now);
          setData(node, 'status', current.status);
          setData(dot, 'status', current.status);
          setData(node, 'productive', current.pauseReason?.isProductive === true ? 'true' : null);
          setData(dot, 'productive', current.pauseReason?.isProductive === true ? 'true' : null);
          setData(node, 'long', long ? 'true' : null);
          setData(node, 'limit', isOverLimit(current, now) ? 'over' : null);
          setText(name, current.name);
          // How long somebody is not there is nobody's question.
          setText(time, current.status === 'offline' ? '' : formatDuration(now - current.since));
          setText(state, stateText(current, t));
          setText(detail, detailText(current, now, t));
          setTitle(node, titleText(current, long, t));
        },
      };
    },
  );
}
