import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { eventually, nextEvent } from '../../support/wait.js';

describe('eventually', () => {
  it('returns the first value that is there', async () => {
    let asked = 0;
    const value = await eventually('the third answer', () => ((asked += 1) === 3 ? 'here' : null), { everyMs: 1 });
    assert.deepEqual([value, asked], ['here', 3]);
  });

  it('takes zero and the empty text for values', async () => {
    assert.equal(await eventually('zero', () => 0), 0);
    assert.equal(await eventually('nothing written', () => ''), '');
  });

  it('says at its limit what it waited for and what was last wrong', async () => {
    const waiting = eventually(
      'the queue to be empty',
      () => {
        assert.equal(2, 0, 'two are waiting');
        return true;
      },
      { limitMs: 20, everyMs: 5 },
    );
    await assert.rejects(waiting, /waited 20 ms for the queue to be empty: two are waiting/);
  });
});

describe('nextEvent', () => {
  it('passes over what is not accepted and leaves no listener behind', async () => {
    const emitter = new EventEmitter();
    const waiting = nextEvent(emitter, 'changed', (value) => value === 2);
    emitter.emit('changed', 1);
    emitter.emit('changed', 2);
    assert.equal(await waiting, 2);
    assert.equal(emitter.listenerCount('changed'), 0);
  });

  it('says at its limit which event it waited for', async () => {
    const emitter = new EventEmitter();
    const waiting = nextEvent(emitter, 'changed', () => false, { limitMs: 20 });
    emitter.emit('changed', 1);
    await assert.rejects(waiting, /waited 20 ms for "changed"; 1 came/);
    assert.equal(emitter.listenerCount('changed'), 0);
  });

  it('fails with what a predicate throws', async () => {
    const emitter = new EventEmitter();
    const waiting = nextEvent(emitter, 'changed', () => {
      throw new Error('no such field');
    });
    emitter.emit('changed', 1);
    await assert.rejects(waiting, /no such field/);
  });
});
