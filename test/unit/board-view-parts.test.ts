import assert from 'node:assert/strict';
import { byAttention, countByStatus, filterAgents, isLong } from '../../src/client/board/agent-order.js';
import { fitChips } from '../../src/client/board/fit-chips.js';
import { formatDuration, formatShare, formatTime } from '../../src/shared/format.js';
import { createBoardTranslate } from '../../src/client/board/messages.js';
import { AGENT_STATUSES, type AgentSnapshot, type AgentStatus } from '../../src/shared/agent-state.js';
import { anAgent, T0 } from '../support/board-fixtures.js';

const MINUTE = 60_000;
const meal = { id: 1, name: 'Almoço', isProductive: false, timeLimitSeconds: null };
const training = { id: 2, name: 'Treinamento', isProductive: true, timeLimitSeconds: null };

describe('board agents, sorted by attention', () => {
  it('puts who cannot be reached first, the ringing next, who is there but free late, the absent last', () => {
    const agents = AGENT_STATUSES.map((status, i) => anAgent({ agentId: i + 1, status }));
    assert.deepEqual(
      byAttention(agents, T0 + 1_000).map(({ status }) => status),
      [
        'unreachable',
        'offered',
        'on-hold',
        'dialling',
        'talking',
        'wrap-up',
        'reserved',
        'paused',
        'available',
        'offline',
      ],
    );
  });

  it('lifts a pause that lasts too long above the calls, but not a productive one', () => {
    const since = T0 - 21 * MINUTE;
    const agents = [
      anAgent({ agentId: 1, status: 'talking', since: T0 }),
      anAgent({ agentId: 2, status: 'paused', since, pauseReason: training }),
      anAgent({ agentId: 3, status: 'paused', since, pauseReason: meal }),
      anAgent({ agentId: 4, status: 'paused', since: T0, pauseReason: meal }),
    ];
    assert.deepEqual(
      byAttention(agents, T0).map(({ agentId }) => agentId),
      [3, 1, 2, 4],
    );
    assert.deepEqual(
      agents.map((agent) => isLong(agent, T0)),
      [false, false, true, false],
    );
  });

  it('puts the longest first within a state, and keeps names in order among the absent', () => {
    const agents = [
      anAgent({ agentId: 1, name: 'Caio', since: T0 - 5_000 }),
      anAgent({ agentId: 2, name: 'Bia', since: T0 - 9_000 }),
      anAgent({ agentId: 3, name: 'Zoé', status: 'offline', since: T0 - 90_000 }),
      anAgent({ agentId: 4, name: 'Álvaro', status: 'offline', since: T0 }),
    ];
    assert.deepEqual(
      byAttention(agents, T0).map(({ name }) => name),
      ['Bia', 'Caio', 'Álvaro', 'Zoé'],
    );
  });

  it('leaves the order it was given alone', () => {
    const agents: readonly AgentSnapshot[] = Object.freeze([anAgent({ status: 'offline' }), anAgent({ agentId: 2 })]);
    assert.equal(byAttention(agents, T0)[0]?.agentId, 2);
  });

  it('counts by state', () => {
    const counts = countByStatus([anAgent(), anAgent({ agentId: 2 }), anAgent({ agentId: 3, status: 'paused' })]);
    assert.deepEqual(
      [...counts],
      [
        ['available', 2],
        ['paused', 1],
      ],
    );
  });
});

describe('board filter', () => {
  const agents = [
    anAgent({ agentId: 1, name: 'Érica Conceição', extension: '1003', loggedInQueueIds: [1] }),
    anAgent({ agentId: 2, name: 'Bruno Lima', extension: '1002', loggedInQueueIds: [2], status: 'paused' }),
  ];
  const queueName = (id: number): string | null => (id === 1 ? 'Suporte' : id === 2 ? 'Vendas' : null);
  const find = (text: string, ...statuses: AgentStatus[]): number[] =>
    filterAgents(agents, { text, statuses: new Set(statuses) }, queueName).map(({ agentId }) => agentId);

  it('finds by name without accents and case, by extension, and by queue', () => {
    assert.deepEqual(find('erica conceicao'), [1]);
    assert.deepEqual(find('1002'), [2]);
    assert.deepEqual(find('VENDAS'), [2]);
    assert.deepEqual(find('ninguém'), []);
  });

  it('shows all without a filter, and joins state and text', () => {
    assert.deepEqual(find('  '), [1, 2]);
    assert.deepEqual(find('', 'paused', 'talking'), [2]);
    assert.deepEqual(find('suporte', 'paused'), []);
  });
});

describe('board figures', () => {
  it('writes durations in one shape', () => {
    const shown = [-500, 0, 7_999, 750_000, 3_723_000].map(formatDuration);
    assert.deepEqual(shown, ['0:00', '0:00', '0:07', '12:30', '1:02:03']);
  });
  it('never rounds a share up to all', () => {
    assert.equal(formatShare(0.999, 'pt-BR'), '99%');
    assert.equal(formatShare(0.57, 'pt-BR'), '57%');
    assert.equal(formatShare(1, 'en'), '100%');
  });
  it('writes the time of day with seconds', () => {
    assert.match(formatTime(T0, 'pt-BR'), /^\d{2}:\d{2}:\d{2}$/);
  });
});

describe('board texts', () => {
  it('are in the language of the page, and in pt-BR for one that is not there', () => {
    assert.equal(createBoardTranslate('pt-BR')('status.offered'), 'Chamando');
    assert.equal(createBoardTranslate('en')('age', { seconds: 2 }), 'updated 2 s ago');
    assert.equal(createBoardTranslate('de')('status.offline'), 'Fora de turno');
  });
  it('do not escape what goes into the page as text', () => {
    assert.equal(createBoardTranslate('en')('agent.next-pause', { reason: "A & B's" }), "Next pause: A & B's");
  });
});

describe('chips on a television', () => {
  it('are as large as the space allows, all of them when they can be read', () => {
    const fit = fitChips(12, 1860, 560);
    assert.equal(fit.shown, 12);
    assert.ok(fit.letterPx >= 24, `${String(fit.letterPx)} px`);
    assert.ok(Math.ceil(12 / fit.columns) * fit.letterPx * 4.8 <= 560);
  });
  it('are left out at the end, with a place for how many, before they become too small', () => {
    const fit = fitChips(200, 1860, 560);
    assert.equal(fit.letterPx, 20);
    assert.equal(fit.shown, fit.columns * 5 - 1);
  });
  it('do not grow without limit', () => {
    assert.deepEqual(fitChips(1, 1860, 900), { columns: 1, shown: 1, letterPx: 44 });
    assert.equal(fitChips(0, 1860, 900).shown, 0);
  });
});
