import assert from 'node:assert/strict';
import { type AgentStatus } from '../../../src/shared/agent-state.js';
import { type TransferTargets } from '../../../src/shared/desk.js';
import { LOCAL_KEYS, SHORTCUTS, shortcutOf } from '../../../src/client/desk/shortcuts.js';
import { numberProblem, transferChoices } from '../../../src/client/desk/transfer-choices.js';

const agent = (agentId: number, name: string, status: AgentStatus): TransferTargets['agents'][number] => ({
  agentId,
  name,
  status,
  since: 0,
  queueNames: ['Suporte'],
});
const targets: TransferTargets = {
  version: 1,
  agents: [
    agent(1, 'Ana Souza', 'talking'),
    agent(2, 'Zé Bento', 'available'),
    agent(3, 'Bruno Lima', 'available'),
    agent(4, 'Carla Dias', 'paused'),
  ],
  queues: [
    { queueId: 1, name: 'Financeiro', isOpen: false, waiting: 0, free: 0 },
    { queueId: 2, name: 'Suporte', isOpen: true, waiting: 2, free: 1 },
  ],
};
const keys = (typed: string, ownAgentId: number | null = null): readonly string[] =>
  transferChoices(targets, typed, ownAgentId).map(({ key }) => key);

describe('to whom a call may go', () => {
  it('has the free ones first, and open queues before closed ones', () => {
    assert.deepEqual(keys(''), ['agent-3', 'agent-2', 'agent-4', 'agent-1', 'queue-2', 'queue-1']);
  });
  it('leaves out oneself', () => {
    assert.ok(!keys('', 1).includes('agent-1'));
  });
  it('is found by parts of names without accents, and agents by their queues', () => {
    assert.deepEqual(keys('ze'), ['agent-2']);
    assert.deepEqual(keys('bru li'), ['agent-3']);
    assert.deepEqual(keys('suporte').at(-1), 'queue-2');
    assert.ok(keys('suporte').includes('agent-4'));
  });
  it('is a number when one is typed, before anybody else', () => {
    assert.deepEqual(keys('(83) 98888-7777'), ['number']);
    assert.deepEqual(keys('b1'), []);
  });
  it('is empty while nobody is known', () => {
    assert.deepEqual(transferChoices(null, '', null), []);
  });
});

describe('a number that is seen to be none', () => {
  for (const [typed, problem] of [
    ['83988887777', null],
    ['+1 415 555-0123', null],
    ['(83) 3333-4444', null],
    ['８３９８８８８７７７７', null],
    ['190', 'desk:transfer.number-short'],
    ['8398a887777', 'desk:transfer.number-invalid'],
    ['+', 'desk:transfer.number-invalid'],
    ['', 'desk:transfer.number-invalid'],
    ['1234567890123456', 'desk:transfer.number-long'],
  ] as const) {
    it(`"${typed}": ${problem ?? 'none'}`, () => {
      assert.equal(numberProblem(typed), problem);
    });
  }
});

describe('the table of shortcuts', () => {
  it('has no name and no key twice', () => {
    const names = SHORTCUTS.map(({ name }) => name);
    const all = [...SHORTCUTS, ...LOCAL_KEYS].map(({ keys: key }) => key);
    assert.equal(new Set(names).size, names.length);
    assert.equal(new Set(all).size, all.length);
  });
  it('keeps away from what browsers open by Alt with a letter', () => {
    for (const { keys: key } of SHORTCUTS) assert.doesNotMatch(key, /^Alt\+[DEF]$/);
  });
  it('is what key presses are read by', () => {
    for (const { name, keys: key } of SHORTCUTS) {
      if (name === 'help') continue;
      assert.match(key, /^Alt\+[A-Z]$/);
      const press = { key: '', altKey: true, ctrlKey: false, metaKey: false, shiftKey: false, repeat: false };
      assert.equal(shortcutOf({ ...press, code: `Key${key.slice(4)}` }, true), name);
    }
  });
});
