import assert from 'node:assert/strict';
import { Drafts } from '../../../src/client/desk/drafts.js';
import { type AttendanceEntry, type AttendanceForm } from '../../../src/shared/desk.js';

const text = (description: string): AttendanceEntry => ({
  subjectReasonId: 3,
  outcomeReasonId: null,
  description,
  kind: 'normal',
});
const aForm = (description: string, version: number, savedAt: number | null = null): AttendanceForm => ({
  ...text(description),
  attendanceId: 7,
  protocol: '202611250000426',
  subject: 'Assunto',
  outcome: '',
  version,
  savedAt,
  isOpened: true,
  ura: null,
});
const EMPTY: AttendanceForm = { ...aForm('', 0), subjectReasonId: null, subject: '' };

class FinalError extends Error {}

/** A page's storage, a server, and a clock that only moves when told. */
class Rig {
  readonly stored = new Map<string, string>();
  readonly sent: string[] = [];
  readonly timers: { readonly ms: number; readonly run: () => void; cancelled: boolean }[] = [];
  readonly versions: number[] = [];
  /** The moment of each save; rejects where the server does. */
  answer: (description: string) => Promise<{ savedAt: number }> = () => Promise.resolve({ savedAt: 111 });
  /** What another page saved; the next save finds it. */
  other: AttendanceForm | null = null;
  readonly drafts = this.opened();

  /** As a page that was loaded again: the same storage, nothing else. */
  open(): Drafts {
    return new Drafts({
      storage: {
        getItem: (key) => this.stored.get(key) ?? null,
        setItem: (key, value) => void this.stored.set(key, value),
        removeItem: (key) => void this.stored.delete(key),
      },
      save: async (_id, entry, version) => {
        this.sent.push(entry.description);
        this.versions.push(version);
        const { savedAt } = await this.answer(entry.description);
        if (this.other !== null && this.other.version > version) return { isStored: false, form: this.other };
        return { isStored: true, form: { ...EMPTY, ...entry, version: version + 1, savedAt } };
      },
      refusalOf: (error) => (error instanceof FinalError ? { message: error.message, field: null } : null),
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

  /** With the two records the tests write in. */
  opened(): Drafts {
    const drafts = this.open();
    for (const attendanceId of [7, 8]) drafts.open({ ...EMPTY, attendanceId });
    return drafts;
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
    assert.deepEqual(rig.drafts.status(7), { state: 'clean', savedAt: 111, refusal: null, other: null });
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
    assert.equal(reloaded.open(EMPTY).description, 'typed just before');
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
    assert.equal(rig.drafts.open(aForm('first', 1, 1)).description, 'second');
    rig.answer = () => Promise.resolve({ savedAt: 2 });
    await rig.elapse();
    assert.deepEqual(rig.sent, ['first', 'second']);
  });

  it('is not overwritten by a state that is older than what was stored', async () => {
    const rig = new Rig();
    rig.drafts.type(7, text('new'));
    await rig.elapse();
    assert.equal(rig.drafts.open(EMPTY).description, 'new');
    assert.equal(rig.drafts.open(aForm('from elsewhere', 2, 222)).description, 'from elsewhere');
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
    assert.deepEqual(rig.drafts.status(7), {
      state: 'refused',
      savedAt: null,
      refusal: { message: 'Já foi finalizado.', field: null },
      other: null,
    });
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
    for (const rubbish of ['{"subject":', '{"subject":"a","description":"b"}', '{"text":{},"version":1,"sent":[]}']) {
      rig.stored.set('citrus-draft-7', rubbish);
      assert.equal(rig.open().open(aForm('stored', 1, 1)).description, 'stored');
    }
  });

  describe('when another page saved meanwhile', () => {
    const inConflict = async (): Promise<Rig> => {
      const rig = new Rig();
      rig.other = aForm('theirs', 5, 500);
      rig.drafts.type(7, text('mine'));
      await rig.elapse();
      return rig;
    };

    it('shows both, sends nothing more, and keeps what was typed over a reload', async () => {
      const rig = await inConflict();
      const { state, other } = rig.drafts.status(7);
      assert.deepEqual([state, other?.description], ['conflict', 'theirs']);
      assert.equal(rig.drafts.open(aForm('theirs', 5, 500)).description, 'mine');
      rig.drafts.type(7, text('mine, and more'));
      await rig.elapse();
      assert.deepEqual(rig.sent, ['mine']);
      assert.equal(await rig.drafts.flush(7), false, 'a record is not finished before it is decided');
      const reloaded = rig.open();
      assert.equal(reloaded.open(aForm('theirs', 5, 500)).description, 'mine, and more');
      await rig.elapse();
      assert.equal(reloaded.status(7).state, 'conflict', 'it is asked again');
    });

    it('stores what was typed here over the other’s when the person says so', async () => {
      const rig = await inConflict();
      await rig.drafts.resolve(7, 'mine');
      assert.deepEqual([rig.sent.at(-1), rig.versions.at(-1)], ['mine', 5]);
      assert.deepEqual([rig.drafts.status(7).state, rig.drafts.status(7).other], ['clean', null]);
    });

    it('takes the other’s when the person says so', async () => {
      const rig = await inConflict();
      await rig.drafts.resolve(7, 'other');
      assert.equal(rig.drafts.open(aForm('theirs', 5, 500)).description, 'theirs');
      assert.equal(rig.stored.size, 0);
      assert.equal(rig.sent.length, 1);
    });

    it('shows what the other page saved last', async () => {
      const rig = await inConflict();
      rig.drafts.open(aForm('theirs, longer', 6, 600));
      assert.equal(rig.drafts.status(7).other?.description, 'theirs, longer');
      rig.other = aForm('theirs, longer', 6, 600);
      await rig.drafts.resolve(7, 'mine');
      assert.equal(rig.versions.at(-1), 6);
    });

    it('does not take its own save, whose answer got lost, for another page’s', async () => {
      const rig = new Rig();
      rig.answer = () => Promise.reject(new Error('no answer'));
      rig.drafts.type(7, text('arrived'));
      await rig.elapse();
      rig.drafts.type(7, text('arrived, and more'));
      rig.other = aForm('arrived', 1, 100);
      rig.answer = () => Promise.resolve({ savedAt: 200 });
      await rig.elapse();
      await rig.elapse();
      assert.deepEqual([rig.drafts.status(7).state, rig.versions.at(-1)], ['clean', 1]);
      assert.equal(rig.sent.at(-1), 'arrived, and more');
    });
  });
});
