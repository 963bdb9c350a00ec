import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runMocha } from '../../support/run/child.js';
import { missing } from '../../support/run/needs.js';
import { readArguments, selectPasses, strayFiles } from '../../support/run/passes.js';
import {
  add,
  closingLine,
  judge,
  NOTHING,
  readMarks,
  withoutSkips,
  type ExitState,
  type PassRecord,
} from '../../support/run/totals.js';

const clean: ExitState = { code: 0, signal: null };

describe('arguments of the test run', () => {
  it('takes names for --only, files, and leaves the rest to mocha', () => {
    assert.deepEqual(
      readArguments(['--only', 'unit, http', './test/unit/a.test.ts', '-g', 'test/b.test.ts', '--bail']),
      {
        only: ['unit', 'http'],
        files: ['test/unit/a.test.ts'],
        mocha: ['-g', 'test/b.test.ts', '--bail'],
        filtered: true,
      },
    );
  });

  it('does not call a run filtered that only names folders', () => {
    assert.equal(readArguments(['--only=browser']).filtered, false);
  });

  it('refuses a name it does not know, and says which it knows', () => {
    assert.throws(() => readArguments(['--only', 'units']), /knows sqlite, unit, .*not "units"/);
  });
});

describe('passes of the test run', () => {
  const files = ['test/browser/a.test.ts', 'test/http/b.test.ts', 'test/unit/c.test.ts'];
  const selected = (only: string[], named: string[] = []): Record<string, readonly string[]> =>
    Object.fromEntries(selectPasses({ only, files: named }, files).map(({ pass, files: of }) => [pass.name, of]));

  it('runs what touches a database on both databases, and leaves out passes without a file', () => {
    assert.deepEqual(selected([]), {
      sqlite: ['test/http/b.test.ts', 'test/unit/c.test.ts'],
      mariadb: ['test/http/b.test.ts'],
      browser: ['test/browser/a.test.ts'],
    });
  });

  it('narrows every pass to a folder, or takes one pass whole', () => {
    assert.deepEqual(selected(['http']), { sqlite: ['test/http/b.test.ts'], mariadb: ['test/http/b.test.ts'] });
    assert.deepEqual(selected(['mariadb']), { mariadb: ['test/http/b.test.ts'] });
  });

  it('narrows every pass to the files named', () => {
    assert.deepEqual(selected([], ['test/unit/c.test.ts']), { sqlite: ['test/unit/c.test.ts'] });
  });

  it('finds a test file that no pass would run', () => {
    assert.deepEqual(strayFiles([...files, 'test/other/d.test.ts']), ['test/other/d.test.ts']);
  });
});

describe('judgement of a pass', () => {
  const record = (change: Partial<PassRecord>): PassRecord => ({
    passed: 3,
    failed: 0,
    skipped: 0,
    ended: true,
    heldOpen: false,
    ...change,
  });

  it('accepts one that ran tests and ended by itself', () => {
    assert.equal(judge(record({}), clean, false), null);
  });

  it('does not count failed tests a second time for the exit code they cause', () => {
    assert.equal(judge(record({ failed: 2 }), { code: 2, signal: null }, false), null);
  });

  const wrong: readonly [string, PassRecord, ExitState, RegExp][] = [
    ['ran nothing', record({ passed: 0 }), clean, /no test/],
    ['only skipped', record({ passed: 0, skipped: 2 }), clean, /no test/],
    ['broke off', record({ ended: false }), { code: 7, signal: null }, /broke off with exit code 7/],
    ['was killed', record({ ended: false }), { code: null, signal: 'SIGKILL' }, /SIGKILL/],
    ['held its process open', record({ heldOpen: true }), { code: 1, signal: null }, /still open/],
    ['ended badly though all passed', record({}), { code: 1, signal: null }, /exit code 1/],
  ];
  for (const [what, of, exit, sentence] of wrong) {
    it(`fails one that ${what}`, () => {
      assert.match(judge(of, exit, false) ?? '', sentence);
    });
  }

  it('accepts one without a test that matches the pattern asked for', () => {
    assert.equal(judge(record({ passed: 0 }), clean, true), null);
  });
});

describe('totals of the test run', () => {
  it('counts whole marks only, so that a crash while writing adds nothing', () => {
    assert.deepEqual(readMarks('passed\npassed\nfailed\nskipped\npas'), {
      passed: 2,
      failed: 1,
      skipped: 1,
      ended: false,
      heldOpen: false,
    });
  });

  it('adds up, and mentions skipped tests only when there are some', () => {
    const sum = add({ passed: 1, failed: 0, skipped: 2 }, { passed: 3, failed: 4, skipped: 0 });
    assert.equal(closingLine(sum), '4 passed, 4 failed, 2 skipped');
    assert.equal(closingLine({ ...NOTHING, passed: 5 }), '5 passed, 0 failed');
  });

  it('turns skipped tests into failures in CI', () => {
    assert.equal(closingLine(withoutSkips({ passed: 1, failed: 1, skipped: 2 })), '1 passed, 3 failed');
  });
});

describe('a pass run as a process', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'citrus-voz-run-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function run(source: string): Promise<{ record: PassRecord; exit: ExitState }> {
    const file = path.join(folder, 'sample.test.mjs');
    const marksFile = path.join(folder, 'marks');
    await writeFile(file, source);
    const exit = await runMocha(
      { files: [file], marksFile, timeoutMs: null, args: [] },
      { env: process.env, quiet: true },
    );
    return { record: readMarks(await readFile(marksFile, 'utf8')), exit };
  }

  it('reports each outcome and the exit code', async () => {
    const { record, exit } = await run(`
      it('good', () => {});
      it('bad', () => { throw new Error('no'); });
      it.skip('later', () => {});`);
    assert.deepEqual(record, { passed: 1, failed: 1, skipped: 1, ended: true, heldOpen: false });
    assert.equal(exit.code, 1);
  });

  it('fails for a rejection that nobody handles', async () => {
    const { record, exit } = await run(`
      it('starts it', () => { void Promise.reject(new Error('lost')); });
      it('is there when it is noticed', () => new Promise((done) => setTimeout(done, 20)));`);
    assert.equal(record.failed, 1);
    assert.notEqual(exit.code, 0);
  });

  it('keeps what was counted when the process breaks off', async () => {
    const { record, exit } = await run(`
      it('good', () => {});
      it('crash', () => { process.exit(3); });`);
    assert.equal(record.passed, 1);
    assert.match(judge(record, exit, false) ?? '', /broke off with exit code 3/);
  });
});

describe('parts the machine lacks', () => {
  it('names a database that does not answer, where, and how to start it', async () => {
    const sentence = await missing('mariadb', { MARIADB_URL: 'mysql://root@127.0.0.1:1' });
    assert.match(sentence ?? '', /nothing answers at 127\.0\.0\.1:1 .*start it with/);
  });

  it('names a browser that is not there and how to get it', async () => {
    assert.match(
      (await missing('chromium', { CHROMIUM: '/nowhere/chromium' })) ?? '',
      /no \/nowhere\/chromium.*apt-get/,
    );
  });
});
