import type { AgentSnapshot } from '../../shared/agent-state.js';
import { isLong } from './agent-order.js';
import { KeyedRows, make, setData, setText, setTitle } from './dom.js';
import { formatDuration, formatPhone } from '../../shared/format.js';
import type { BoardTranslate } from './messages.js';

/** Word and reason: `Em pausa · Almoço`. */
function stateText(agent: AgentSnapshot, t: BoardTranslate): string {
  const word = t(`status.${agent.status}`);
  return agent.pauseReason === null ? word : `${word} · ${agent.pauseReason.name}`;
}

/** With whom, and from which queue; for who cannot be reached, what is missing. */
function detailText(agent: AgentSnapshot, t: BoardTranslate): string {
  const { call } = agent;
  if (call !== null) {
    return `${call.queueName ?? t(`direction.${call.direction}`)} · ${call.customerName ?? formatPhone(call.number)}`;
  }
  if (agent.status === 'unreachable') {
    return t(agent.phoneRegistered && !agent.pageConnected ? 'agent.page-lost' : 'agent.phone-lost');
  }
  return agent.nextPause === null ? '' : t('agent.next-pause', { reason: agent.nextPause.name });
}

function titleText(agent: AgentSnapshot, long: boolean, t: BoardTranslate): string {
  const extension = agent.extension === null ? null : t('agent.extension', { extension: agent.extension });
  return [agent.name, extension, agent.call?.number ?? null, long ? t('agent.long') : null]
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
          setText(name, current.name);
          // How long somebody is not there is nobody's question.
          setText(time, current.status === 'offline' ? '' : formatDuration(now - current.since));
          setText(state, stateText(current, t));
          setText(detail, detailText(current, t));
          setTitle(node, titleText(current, long, t));
        },
      };
    },
  );
}
