import assert from 'node:assert/strict';
import { LineQuality, SequelizeLineQualityRepository } from '../../src/modules/line-quality/index.js';
import { type LineSample } from '../../src/modules/line-quality/line-quality.domain.js';
import { DomainError } from '../../src/platform/errors.js';
import { openBareDatabase, seedPeople, type BareDatabase } from '../support/bare-database.js';

const START = Date.UTC(2026, 10, 26, 12, 0, 0, 250);
const DAY = [Date.UTC(2026, 10, 26), Date.UTC(2026, 10, 27)] as const;

const SAMPLE: LineSample = {
  seconds: 10,
  roundTripMs: 48.5,
  jitterMs: 3.25,
  lossPercent: 0.5,
  microphone: 'Jabra Evolve 65 — Ações ☎',
  speaker: 'Fone',
};

describe('stored lines', () => {
  let database: BareDatabase;
  let lines: LineQuality;
  let elsewhere: LineQuality;
  let now: number;

  before(async () => {
    database = await openBareDatabase();
    await seedPeople(database, [7, 8]);
  });
  after(() => database[Symbol.asyncDispose]());
  beforeEach(async () => {
    await database.clear(['call_lines', 'equipment_checks']);
    now = START;
    lines = new LineQuality({ repository: new SequelizeLineQualityRepository(database.db), now: () => now });
    elsewhere = new LineQuality({
      repository: new SequelizeLineQualityRepository(database.another()),
      now: () => now,
    });
  });

  const add = (sample: Partial<LineSample> = {}, { callId = 'c1', agentId = 7, isInCall = true } = {}): Promise<void> =>
    lines.add(callId, agentId, { ...SAMPLE, ...sample }, isInCall);
  const sidesOf = async (callId = 'c1') => (await lines.ofCalls([callId])).get(callId) ?? [];
  const refused = (code: string) => (error: unknown) => error instanceof DomainError && error.code === code;

  it('keep mean and worst of a call, and the devices', async () => {
    await add();
    now += 10_000;
    await add({ roundTripMs: 148.5, lossPercent: 1.5, speaker: null });
    const [side, ...others] = await sidesOf();
    assert.equal(others.length, 0);
    assert.equal(side?.agentId, 7);
    assert.deepEqual(
      [side.line.roundTripMs, side.line.worstRoundTripMs, side.line.jitterMs, side.line.lossPercent],
      [98.5, 148.5, 3.25, 1],
    );
    assert.deepEqual(
      [side.line.worstLossPercent, side.line.word, side.line.microphone, side.line.speaker],
      [1.5, 'good', SAMPLE.microphone, 'Fone'],
    );
  });

  it('keep each agent’s side of a call apart, and nothing of calls that were not measured', async () => {
    await add();
    await add({ lossPercent: 40 }, { agentId: 8 });
    await add({}, { callId: 'c2' });
    assert.deepEqual(
      (await sidesOf()).map(({ agentId, line }) => [agentId, line.word]),
      [
        [7, 'good'],
        [8, 'poor'],
      ],
    );
    assert.deepEqual([...(await lines.ofCalls(['c1', 'c2', 'c3'])).keys()].sort(), ['c1', 'c2']);
    assert.equal((await lines.ofCalls([])).size, 0);
  });

  it('lose no sample that comes together with others, also from another process', async () => {
    await Promise.all([lines, elsewhere, lines, elsewhere, lines].map((each) => each.add('c1', 7, SAMPLE, true)));
    assert.equal((await sidesOf())[0]?.line.seconds, 50);
  });

  it('take the last seconds of a call the agent just had, and of no other', async () => {
    await assert.rejects(add({}, { isInCall: false }), refused('conflict'));
    assert.deepEqual(await sidesOf(), []);
    await add();
    now += 60_000;
    await add({}, { isInCall: false });
    assert.equal((await sidesOf())[0]?.line.seconds, 20);
    await assert.rejects(add({}, { agentId: 8, isInCall: false }), refused('conflict'));
    now += 60_001;
    await assert.rejects(add({}, { isInCall: false }), refused('conflict'));
    assert.equal((await sidesOf())[0]?.line.seconds, 20);
  });

  it('refuse more time than there was', async () => {
    await add({ seconds: 60 });
    await assert.rejects(add({ seconds: 60 }), refused('invalid'));
    assert.equal((await sidesOf())[0]?.line.seconds, 60);
  });

  it('give the mean of an agent’s day, weighted by time, and the last test', async () => {
    await add({ lossPercent: 0, roundTripMs: 0, jitterMs: 0, seconds: 30 });
    await add({ lossPercent: 100, roundTripMs: 0, jitterMs: 0, seconds: 10 }, { callId: 'c2' });
    const check = {
      level: 'silent',
      peakDb: null,
      roundTripMs: 12.5,
      microphone: 'Jabra',
      speaker: null,
      ringer: null,
    } as const;
    await lines.storeCheck({ ...check, agentId: 8 });
    now += 5000;
    await lines.storeCheck({ ...check, agentId: 8, level: 'heard', peakDb: -12.5 });
    const agents = await lines.ofAgents(...DAY);
    // R 92.48 for three quarters of the time, 16.56 for one.
    assert.deepEqual(agents.get(7)?.today?.word, 'fair');
    assert.equal(agents.get(7)?.check, null);
    assert.deepEqual(agents.get(8), {
      today: null,
      check: { ...check, agentId: 8, level: 'heard', peakDb: -12.5, checkedAt: START + 5000 },
    });
    const yesterday = await lines.ofAgents(DAY[0] - 86_400_000, DAY[0]);
    assert.deepEqual([...yesterday.keys()], [8]);
  });
});
