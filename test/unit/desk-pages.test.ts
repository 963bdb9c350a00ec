import assert from 'node:assert/strict';
import { DeskPages } from '../../src/modules/desk/desk-pages.service.js';
import { PhoneLeases } from '../../src/modules/desk/phone-lease.domain.js';

const ANA = 7;

function aDesk(): {
  pages: DeskPages;
  told: string[];
  timers: Map<number, () => void>;
  expire: () => void;
} {
  const told: string[] = [];
  const timers = new Map<number, () => void>();
  let next = 0;
  const pages = new DeskPages({
    leases: new PhoneLeases(),
    presence: {
      pageConnected: (agentId) => Promise.resolve(told.push(`connected ${String(agentId)}`)),
      pageLost: (agentId) => Promise.resolve(told.push(`lost ${String(agentId)}`)),
    },
    onChanged: () => undefined,
    logError: (error) => {
      throw error;
    },
    graceMs: 3000,
    setTimer: (run) => {
      const id = next++;
      timers.set(id, run);
      return () => timers.delete(id);
    },
  });
  return {
    pages,
    told,
    timers,
    expire: () => {
      for (const [id, run] of [...timers]) {
        timers.delete(id);
        run();
      }
    },
  };
}

describe('pages of an agent', () => {
  it('make the agent reachable only when they hold the phone', () => {
    const { pages, told } = aDesk();
    pages.opened('s1', ANA, 'page-one');
    assert.deepEqual(told, []);
    assert.equal(pages.claim(ANA, 'page-one', false), 'page-one');
    assert.deepEqual(told, ['connected 7']);
  });

  it('do not lose the phone to a second tab unless it insists', () => {
    const { pages } = aDesk();
    pages.opened('s1', ANA, 'page-one');
    pages.claim(ANA, 'page-one', false);
    pages.opened('s2', ANA, 'page-two');
    assert.equal(pages.claim(ANA, 'page-two', false), 'page-one');
    assert.throws(() => {
      pages.requireHolder(ANA, 'page-two');
    }, /phone-elsewhere/);
    assert.equal(pages.claim(ANA, 'page-two', true), 'page-two');
    pages.requireHolder(ANA, 'page-two');
  });

  it('may be gone for the grace time: a reload changes nothing', () => {
    const { pages, told, timers } = aDesk();
    pages.opened('s1', ANA, 'page-one');
    pages.claim(ANA, 'page-one', false);
    pages.closed('s1');
    assert.equal(timers.size, 1);
    pages.opened('s2', ANA, 'page-one');
    assert.equal(timers.size, 0);
    assert.ok(!told.includes('lost 7'));
  });

  it('lose the agent after the grace time, and let another page take the phone without force', () => {
    const { pages, told, expire } = aDesk();
    pages.opened('s1', ANA, 'page-one');
    pages.claim(ANA, 'page-one', false);
    pages.closed('s1');
    expire();
    assert.deepEqual(told, ['connected 7', 'lost 7']);
    assert.equal(pages.claim(ANA, 'page-two', false), 'page-two');
  });

  it('that only watch may go without a word', () => {
    const { pages, told, expire } = aDesk();
    pages.opened('s1', ANA, 'page-one');
    pages.claim(ANA, 'page-one', false);
    pages.opened('s2', ANA, 'page-two');
    pages.closed('s2');
    expire();
    assert.deepEqual(told, ['connected 7']);
  });

  it('stay while one connection of the same page is open', () => {
    const { pages, timers } = aDesk();
    pages.opened('s1', ANA, 'page-one');
    pages.opened('s2', ANA, 'page-one');
    pages.closed('s1');
    assert.equal(timers.size, 0);
    assert.equal(pages.isOpen(ANA), true);
    pages.closed('s2');
    assert.equal(pages.isOpen(ANA), false);
  });
});
