import assert from 'node:assert/strict';
import {
  toSummary,
  withSample,
  worstOf,
  type CallLine,
  type LineSample,
} from '../../src/modules/line-quality/line-quality.domain.js';
import { opinionScore, ratingOf, wordOf, type LineFigures } from '../../src/shared/line-quality.js';

const figures = (change: Partial<LineFigures> = {}): LineFigures => ({
  roundTripMs: 40,
  jitterMs: 2,
  lossPercent: 0,
  ...change,
});
const sample = (change: Partial<LineSample> = {}): LineSample => ({
  ...figures(),
  seconds: 10,
  microphone: 'Jabra',
  speaker: 'Jabra',
  ...change,
});

describe('the rating of a line', () => {
  const word = (change: Partial<LineFigures>): string => wordOf(ratingOf(figures(change)));

  it('is the default of the E-model, less what half a round trip costs, on a line without faults', () => {
    // d = 0 / 2 + 0 + 30 = 30 ms; Id = 0.024 × 30.
    assert.equal(ratingOf({ roundTripMs: 0, jitterMs: 0, lossPercent: 0 }), 93.2 - 0.72);
    // d = 230 ms: 0.024 × 230 + 0.11 × 52.7.
    assert.ok(Math.abs(ratingOf({ roundTripMs: 400, jitterMs: 0, lossPercent: 0 }) - (93.2 - 5.52 - 5.797)) < 1e-9);
    // 5 % of random loss: 95 × 5 / 30.1.
    assert.ok(Math.abs(ratingOf({ roundTripMs: 0, jitterMs: 0, lossPercent: 5 }) - (92.48 - 475 / 30.1)) < 1e-9);
  });

  it('is a word that gets worse with delay, jitter and loss', () => {
    assert.equal(word({}), 'good');
    assert.equal(word({ lossPercent: 2 }), 'good');
    assert.equal(word({ lossPercent: 6 }), 'fair');
    assert.equal(word({ lossPercent: 12 }), 'poor');
    assert.equal(word({ jitterMs: 55 }), 'fair');
    assert.equal(word({ jitterMs: 110 }), 'poor');
    assert.equal(word({ roundTripMs: 500 }), 'fair');
    assert.equal(word({ roundTripMs: 900 }), 'poor');
    assert.equal(word({ lossPercent: 100 }), 'poor');
  });

  it('takes what was not measured for good', () => {
    assert.equal(wordOf(ratingOf({ roundTripMs: null, jitterMs: null, lossPercent: 0 })), 'good');
  });

  it('is an opinion score as annex B of G.107 has it, between 1 and 4.5', () => {
    // Table B.1 gives 4.34, 4.03 (the formula: 4.024), 3.60, 3.10 and 2.58.
    const table = [90, 80, 70, 60, 50].map((rating) => opinionScore(rating).toFixed(2));
    assert.deepEqual(table, ['4.34', '4.02', '3.60', '3.10', '2.58']);
    assert.equal(opinionScore(0), 1);
    assert.equal(opinionScore(100), 4.5);
  });
});

describe('the line of a call', () => {
  const of = { callId: 'c1', agentId: 7 };
  const collect = (...samples: readonly LineSample[]): CallLine =>
    samples.reduce<CallLine | null>((line, each, index) => {
      const changed = withSample(line, of, each, (index + 1) * 10_000);
      assert.ok(changed !== null);
      return changed;
    }, null)!;

  it('is the mean by time and the worst of its samples', () => {
    const line = toSummary(
      collect(
        sample({ roundTripMs: 40, jitterMs: 2, lossPercent: 0, seconds: 10 }),
        sample({ roundTripMs: 200, jitterMs: 20, lossPercent: 15, seconds: 5 }),
      ),
    );
    assert.ok(Math.abs(line.roundTripMs! - (400 + 1000) / 15) < 1e-9);
    assert.equal(line.worstRoundTripMs, 200);
    assert.equal(line.jitterMs, 8);
    assert.equal(line.worstJitterMs, 20);
    assert.equal(line.lossPercent, 5);
    assert.equal(line.worstLossPercent, 15);
    assert.equal(line.worstWord, 'poor');
    assert.equal(line.word, 'fair');
    assert.equal(line.seconds, 15);
  });

  it('counts a delay that was not measured in neither mean nor time', () => {
    const line = toSummary(collect(sample({ roundTripMs: null }), sample({ roundTripMs: 80 })));
    assert.deepEqual([line.roundTripMs, line.worstRoundTripMs], [80, 80]);
    assert.equal(toSummary(collect(sample({ roundTripMs: null }))).roundTripMs, null);
  });

  it('keeps the devices that were in use at last', () => {
    const line = collect(sample(), sample({ microphone: 'Microfone interno', speaker: null }));
    assert.deepEqual([line.microphone, line.speaker], ['Microfone interno', 'Jabra']);
  });

  it('takes no more time than there was', () => {
    const first = withSample(null, of, sample({ seconds: 60 }), 0);
    assert.equal(withSample(first, of, sample({ seconds: 10 }), 5000), null);
    assert.notEqual(withSample(first, of, sample({ seconds: 10 }), 10_000), null);
  });

  it('is judged by the side that was heard worst', () => {
    const good = toSummary(collect(sample()));
    const poor = toSummary(collect(sample({ lossPercent: 30 })));
    assert.equal(worstOf([good, poor, good]), poor);
    assert.equal(worstOf([]), null);
  });
});
