import assert from 'node:assert/strict';
import { Drafts, type DraftText } from '../../../src/client/desk/drafts.js';

const EMPTY = { subject: '', description: '', savedAt: null };
const text = (description: string): DraftText => ({ subject: 'Assunto', description });

class FinalError extends Error {}

/** A page's storage, a server, and a clock that only moves when told. */
class Rig {
  readonly stored = new Map<string, string>();
  readonly sent: string[] = [];
  readonly timers: { readonly ms: number; readonly run: () => void; cancelled: boolean }[] = [];
  answer: (description: string) => Promise<{ savedAt: number }> = () => Promise.resolve({ savedAt: 111 });
  readonly drafts = this.open();

  /** As a page that was loaded again: the same storage, nothing else. */
  open(): Drafts {
    return new Drafts({
      storage: {
        getItem: (key) => this.stored.get(key) ?? null,
        setItem: (key, value) => void this.stored.set(key, value),
        removeItem: (key) => void this.stored.delete(key),
      },
      save: (_id, { description }) => {
        this.sent.push(description);
        return this.answer(description);
      },
      refusalOf: (error) => (error instanceof FinalError ? error.message : null),
      later: (ms, run) => {
        const timer = { ms, run, cancelled: false };
        this.timers.push(timer);
        return () => {
          timer.cancelled = true;
        };
      },
      onChanged: () => undefined,
    });
  }

  /** Runs what waits, and lets its promises settle. Answers how long the last of them waited. */
  async elapse(): Promise<number> {
    const due = this.timers.splice(0).filter(({ cancelled }) => !cancelled);
    for (const { run } of due) run();
    await new Promise((resolve) => setImmediate(resolve));
    return due.at(-1)?.ms ?? 0;
  }
}

describe('drafts of an attendance', () => {
  it('sends once the typing rests, the last text only', async () => {
    const rig = new Rig();
    for (const typed of ['a', 'ab', 'abc']) rig.drafts.type(7, text(typed));
    assert.equal(rig.drafts.status(7).state, 'typed');
    await rig.elapse();
    assert.deepEqual(rig.sent, ['abc']);
    assert.deepEqual(rig.drafts.status(7), { state: 'clean', savedAt: 111, refusal: null });
    assert.equal(rig.stored.size, 0, 'what the server has need not be kept here');
  });

  it('tries again for as long as it takes, and waits longer each time up to a limit', async () => {
    const rig = new Rig();
    rig.answer = () => Promise.reject(new Error('no server'));
    rig.drafts.type(7, text('abc'));
    await rig.elapse();
    const waits: number[] = [];
    for (let round = 0; round < 6; round += 1) waits.push(await rig.elapse());
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 8000, 8000]);
    assert.equal(rig.drafts.status(7).state, 'failed');
    rig.answer = () => Promise.resolve({ savedAt: 5 });
    await rig.elapse();
    assert.equal(rig.drafts.status(7).state, 'clean');
  });

  it('does not wait for the next try when the connection is back', async () => {
    const rig = new Rig();
    rig.answer = () => Promise.reject(new Error('no server'));
    rig.drafts.type(7, text('abc'));
    await rig.elapse();
    rig.answer = () => Promise.resolve({ savedAt: 5 });
    rig.drafts.retryNow();
    assert.equal(await rig.elapse(), 0);
    assert.equal(rig.drafts.status(7).state, 'clean');
  });

  it('loses nothing in a reload: what was not stored is shown and sent', async () => {
    const rig = new Rig();
    rig.answer = () => Promise.reject(new Error('no server'));
    rig.drafts.type(7, text('typed just before'));
    const reloaded = rig.open();
    assert.equal(reloaded.open(7, EMPTY).description, 'typed just before');
    rig.answer = () => Promise.resolve({ savedAt: 9 });
    await rig.elapse();
    assert.equal(rig.sent.at(-1), 'typed just before');
    assert.equal(reloaded.status(7).state, 'clean');
  });

  it('keeps what is typed while an older text is on its way', async () => {
    const rig = new Rig();
    let arrive: (value: { savedAt: number }) => void = () => undefined;
    rig.answer = () => new Promise((resolve) => (arrive = resolve));
    rig.drafts.type(7, text('first'));
    await rig.elapse();
    rig.drafts.type(7, text('second'));
    arrive({ savedAt: 1 });
    await rig.elapse();
    assert.equal(rig.drafts.open(7, { ...text('first'), savedAt: 1 }).description, 'second');
    rig.answer = () => Promise.resolve({ savedAt: 2 });
    await rig.elapse();
    assert.deepEqual(rig.sent, ['first', 'second']);
  });

  it('is not overwritten by a state that is older than what was stored', async () => {
    const rig = new Rig();
    rig.drafts.open(7, EMPTY);
    rig.drafts.type(7, text('new'));
    await rig.elapse();
    assert.equal(rig.drafts.open(7, EMPTY).description, 'new');
    assert.equal(rig.drafts.open(7, { ...text('from elsewhere'), savedAt: 222 }).description, 'from elsewhere');
  });

  it('flushes what waits and what is typed meanwhile, before the record is finished', async () => {
    const rig = new Rig();
    rig.drafts.type(7, text('not yet sent'));
    assert.equal(await rig.drafts.flush(7), true);
    assert.deepEqual(rig.sent, ['not yet sent']);
    assert.equal(await rig.drafts.flush(8), true, 'nothing was typed there');
  });

  it('says that a flush did not succeed', async () => {
    const rig = new Rig();
    rig.answer = () => Promise.reject(new Error('no server'));
    rig.drafts.type(7, text('abc'));
    assert.equal(await rig.drafts.flush(7), false);
  });

  it('stops when the server will not take it, says why, and keeps the text', async () => {
    const rig = new Rig();
    rig.answer = () => Promise.reject(new FinalError('Já foi finalizado.'));
    rig.drafts.type(7, text('too late'));
    await rig.elapse();
    assert.deepEqual(rig.drafts.status(7), { state: 'refused', savedAt: null, refusal: 'Já foi finalizado.' });
    await rig.elapse();
    assert.equal(rig.sent.length, 1);
    assert.equal(rig.stored.size, 1);
  });

  it('saves the record of a call that is over while the next one is written', async () => {
    const rig = new Rig();
    rig.drafts.type(7, text('of the first'));
    rig.drafts.type(8, text('of the second'));
    await rig.elapse();
    assert.deepEqual([...rig.sent].sort(), ['of the first', 'of the second']);
  });

  it('starts from the server’s text when the page’s storage holds rubbish', () => {
    const rig = new Rig();
    rig.stored.set('citrus-draft-7', '{"subject":');
    assert.equal(rig.drafts.open(7, { ...text('stored'), savedAt: 1 }).description, 'stored');
  });
});
