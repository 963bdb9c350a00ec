import assert from 'node:assert/strict';
import { DeskPages } from '../../src/modules/desk/desk-pages.service.js';
import { PHONE_ANSWER_MS, PhoneLeases } from '../../src/modules/desk/phone-lease.domain.js';

const ANA = 7;
const GRACE_MS = 3000;
/** Two tabs of one browser, and a page on another computer. */
const ONE = { pageId: 'page-one', deviceId: 'office' };
const TWO = { pageId: 'page-two', deviceId: 'office' };
const HOME = { pageId: 'page-home', deviceId: 'home' };
const THIRD = { pageId: 'page-third', deviceId: 'third' };

class Desk {
  readonly told: string[] = [];
  /** What each change of the desk said of the phone. */
  readonly sent: ReturnType<DeskPages['phoneOf']>[] = [];
  readonly #alarms = new Map<number, { readonly at: number; readonly run: () => void }>();
  #now = 1_000_000;
  #next = 0;
  readonly pages: DeskPages = new DeskPages({
    leases: new PhoneLeases(),
    presence: {
      pageConnected: (agentId) => Promise.resolve(this.told.push(`connected ${String(agentId)}`)),
      pageLost: (agentId) => Promise.resolve(this.told.push(`lost ${String(agentId)}`)),
    },
    onChanged: (agentId) => {
      this.sent.push(this.pages.phoneOf(agentId));
    },
    now: () => this.#now,
    logError: (error) => {
      throw error;
    },
    graceMs: GRACE_MS,
    setTimer: (run, ms) => {
      const id = this.#next++;
      this.#alarms.set(id, { at: this.#now + ms, run });
      return () => this.#alarms.delete(id);
    },
  });

  get now(): number {
    return this.#now;
  }

  get pending(): number {
    return this.#alarms.size;
  }

  get phone(): ReturnType<DeskPages['phoneOf']> {
    return this.pages.phoneOf(ANA);
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [id, { at, run }] of [...this.#alarms]) {
      if (at > this.#now) continue;
      this.#alarms.delete(id);
      run();
    }
  }

  /** A page opens and has the phone. */
  holds(page: typeof ONE): void {
    this.pages.opened(`socket of ${page.pageId}`, ANA, page.pageId);
    assert.equal(this.pages.claim(ANA, page, false), page.pageId);
  }

  opens(page: typeof ONE): void {
    this.pages.opened(`socket of ${page.pageId}`, ANA, page.pageId);
  }

  closes(page: typeof ONE): void {
    this.pages.closed(`socket of ${page.pageId}`);
  }
}

describe('pages of an agent', () => {
  it('make the agent reachable only when they hold the phone', () => {
    const desk = new Desk();
    desk.opens(ONE);
    assert.deepEqual(desk.told, []);
    assert.equal(desk.pages.claim(ANA, ONE, false), 'page-one');
    assert.deepEqual(desk.told, ['connected 7']);
  });

  it('do not lose the phone to a second tab unless it insists', () => {
    const desk = new Desk();
    desk.holds(ONE);
    desk.opens(TWO);
    assert.equal(desk.pages.claim(ANA, TWO, false), 'page-one');
    assert.throws(() => {
      desk.pages.requireHolder(ANA, 'page-two');
    }, /phone-elsewhere/);
    assert.equal(desk.pages.claim(ANA, TWO, true), 'page-two');
    desk.pages.requireHolder(ANA, 'page-two');
  });

  it('may be gone for the grace time: a reload changes nothing', () => {
    const desk = new Desk();
    desk.holds(ONE);
    desk.closes(ONE);
    desk.advance(GRACE_MS - 1);
    desk.opens(ONE);
    desk.advance(60_000);
    assert.ok(!desk.told.includes('lost 7'));
    assert.equal(desk.phone.phoneSilence, null);
  });

  it('lose the agent after the grace time, and let another page take the phone without force', () => {
    const desk = new Desk();
    desk.holds(ONE);
    desk.closes(ONE);
    desk.advance(GRACE_MS);
    assert.deepEqual(desk.told, ['connected 7', 'lost 7']);
    assert.equal(desk.pages.claim(ANA, HOME, false), 'page-home');
  });

  it('say how long they were not heard of when they are back', () => {
    const desk = new Desk();
    desk.holds(ONE);
    desk.closes(ONE);
    desk.advance(GRACE_MS);
    const from = desk.now;
    desk.advance(45_000);
    desk.opens(ONE);
    assert.deepEqual(desk.phone.phoneSilence, { from, until: from + 45_000 });
    desk.pages.release(ANA);
    assert.equal(desk.phone.phoneSilence, null, 'the next shift has nothing to do with it');
  });

  it('that only watch may go without a word', () => {
    const desk = new Desk();
    desk.holds(ONE);
    desk.opens(TWO);
    desk.closes(TWO);
    desk.advance(60_000);
    assert.deepEqual(desk.told, ['connected 7']);
  });

  it('stay while one connection of the same page is open', () => {
    const desk = new Desk();
    desk.pages.opened('s1', ANA, 'page-one');
    desk.pages.opened('s2', ANA, 'page-one');
    desk.pages.closed('s1');
    assert.equal(desk.pending, 0);
    assert.equal(desk.pages.isOpen(ANA), true);
    desk.pages.closed('s2');
    assert.equal(desk.pages.isOpen(ANA), false);
  });
});

describe('a second computer', () => {
  /** The office has the phone, and home asks for it. */
  function asked(): Desk {
    const desk = new Desk();
    desk.holds(ONE);
    desk.opens(HOME);
    assert.equal(desk.pages.claim(ANA, HOME, true), 'page-one');
    return desk;
  }

  it('asks first: the holder keeps the phone and is told until when it may answer', () => {
    const desk = asked();
    assert.deepEqual(desk.sent.at(-1), {
      phoneHolder: 'page-one',
      phoneDeviceId: 'office',
      phoneRequest: { pageId: 'page-home', until: desk.now + PHONE_ANSWER_MS, isRefused: false },
      phoneSilence: null,
    });
  });

  it('does not ask by following along', () => {
    const desk = new Desk();
    desk.holds(ONE);
    desk.opens(HOME);
    desk.pages.claim(ANA, HOME, false);
    assert.equal(desk.phone.phoneRequest, null);
  });

  it('has the phone when the holder agrees', () => {
    const desk = asked();
    desk.pages.answer(ANA, 'page-one', true);
    assert.deepEqual(desk.sent.at(-1), {
      phoneHolder: 'page-home',
      phoneDeviceId: 'home',
      phoneRequest: null,
      phoneSilence: null,
    });
    assert.equal(desk.pending, 0, 'nothing waits for an answer any more');
  });

  it('does not have it when the holder refuses, however long it waits, and may ask again', () => {
    const desk = asked();
    desk.pages.answer(ANA, 'page-one', false);
    assert.equal(desk.phone.phoneRequest?.isRefused, true);
    desk.advance(10 * PHONE_ANSWER_MS);
    assert.equal(desk.pages.claim(ANA, HOME, true), 'page-one');
    assert.deepEqual(desk.phone.phoneRequest, {
      pageId: 'page-home',
      until: desk.now + PHONE_ANSWER_MS,
      isRefused: false,
    });
  });

  it('may take it when there was no answer in time, and not a moment before', () => {
    const desk = asked();
    desk.advance(PHONE_ANSWER_MS - 1);
    assert.equal(desk.pages.claim(ANA, HOME, true), 'page-one');
    const changes = desk.sent.length;
    desk.advance(1);
    assert.ok(desk.sent.length > changes, 'the pages are told that the time is up');
    assert.equal(desk.phone.phoneHolder, 'page-one', 'it is not given by itself');
    assert.equal(desk.pages.claim(ANA, HOME, true), 'page-home');
    assert.equal(desk.phone.phoneRequest, null);
  });

  it('gets no time anew by insisting', () => {
    const desk = asked();
    const until = desk.phone.phoneRequest?.until;
    desk.advance(5000);
    desk.pages.claim(ANA, HOME, true);
    assert.equal(desk.phone.phoneRequest?.until, until);
  });

  it('has it without asking when the holder is gone', () => {
    const desk = asked();
    desk.closes(ONE);
    desk.advance(GRACE_MS);
    assert.equal(desk.pages.claim(ANA, HOME, true), 'page-home');
  });

  it('that goes away leaves no question behind', () => {
    const desk = asked();
    desk.closes(HOME);
    desk.advance(GRACE_MS);
    assert.equal(desk.phone.phoneRequest, null);
    assert.equal(desk.sent.at(-1)?.phoneRequest, null);
    desk.pages.answer(ANA, 'page-one', true);
    assert.equal(desk.phone.phoneHolder, 'page-one', 'an answer that is too late gives the phone to nobody');
  });

  it('that asks later takes the place of one that asked before', () => {
    const desk = asked();
    desk.opens(THIRD);
    desk.advance(PHONE_ANSWER_MS);
    desk.pages.claim(ANA, THIRD, true);
    assert.equal(desk.phone.phoneRequest?.pageId, 'page-third');
    assert.equal(desk.pages.claim(ANA, HOME, true), 'page-one', 'its time is over');
  });

  it('is answered by nobody but the page that has the phone', () => {
    const desk = asked();
    for (const pageId of ['page-home', 'page-two']) {
      assert.throws(() => {
        desk.pages.answer(ANA, pageId, true);
      }, /phone-elsewhere/);
    }
    assert.equal(desk.phone.phoneHolder, 'page-one');
  });

  it('finds the phone free after the shift', () => {
    const desk = asked();
    desk.pages.release(ANA);
    assert.deepEqual([desk.phone.phoneHolder, desk.phone.phoneRequest, desk.pending], [null, null, 0]);
    assert.equal(desk.pages.claim(ANA, HOME, false), 'page-home');
  });
});
