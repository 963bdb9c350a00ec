import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RecordingFolder } from '../../src/modules/recordings/index.js';
import { beginPause, endPause, isSafeFile, rangeOf } from '../../src/modules/recordings/recording.domain.js';
import { recordingSettingsForm } from '../../src/modules/recordings/recording.schema.js';

describe('a range of a recording', () => {
  const CASES: readonly (readonly [string | undefined, ReturnType<typeof rangeOf>])[] = [
    [undefined, null],
    ['bytes=0-', { start: 0, end: 99 }],
    ['bytes=10-19', { start: 10, end: 19 }],
    ['bytes=90-500', { start: 90, end: 99 }],
    ['bytes=-5', { start: 95, end: 99 }],
    ['bytes=-500', { start: 0, end: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    // What is no single range of bytes is answered with the whole.
    ['bytes=20-10', null],
    ['bytes=0-1,5-6', null],
    ['bytes=-', null],
    ['lines=1-2', null],
  ];
  for (const [header, expected] of CASES) {
    it(`of 100 bytes asked for by ${String(header)}`, () => {
      assert.deepEqual(rangeOf(header, 100), expected);
    });
  }

  it('of nothing at all holds nothing', () => {
    assert.equal(rangeOf('bytes=0-', 0), 'unsatisfiable');
    assert.equal(rangeOf(undefined, 0), null);
  });
});

describe('pauses of a recording', () => {
  it('begin once, end once, and never before they began', () => {
    const begun = beginPause(beginPause([], 1000), 2000);
    assert.deepEqual(begun, [{ from: 1000, until: null }]);
    assert.deepEqual(endPause(begun, 500), [{ from: 1000, until: 1000 }]);
    const ended = endPause(begun, 3000);
    assert.deepEqual(endPause(ended, 9000), [{ from: 1000, until: 3000 }]);
    assert.deepEqual(beginPause(ended, 5000).at(-1), { from: 5000, until: null });
  });
});

describe('the folder of recordings', () => {
  let outside: string;
  let folder: RecordingFolder;
  beforeEach(async () => {
    outside = await mkdtemp(path.join(tmpdir(), 'citrus-recordings-'));
    await writeFile(path.join(outside, 'secret.wav'), 'secret');
    const inside = path.join(outside, 'monitor');
    await mkdir(inside);
    await writeFile(path.join(inside, 'call-1.wav'), 'sound');
    await symlink(path.join(outside, 'secret.wav'), path.join(inside, 'link.wav'));
    folder = new RecordingFolder(inside);
  });
  afterEach(() => rm(outside, { recursive: true, force: true }));

  it('knows what is in it, and that something is not', async () => {
    assert.equal(await folder.size('call-1.wav'), 5);
    assert.equal(await folder.size('call-2.wav'), null);
  });

  it('follows no name and no link out of it', async () => {
    const names = ['../secret.wav', '..', '.', '', '/etc/passwd', 'a/../../secret.wav', '.hidden', 'a\0b', 'link.wav'];
    for (const name of names) assert.equal(await folder.size(name), null, name);
    for (const name of names.slice(0, -1)) {
      assert.equal(isSafeFile(name), false, name);
      await folder.remove(name);
      assert.throws(() => folder.read(name, { start: 0, end: 1 }), name);
    }
    assert.equal(await new RecordingFolder(outside).size('secret.wav'), 6);
  });

  it('removes a file, and takes one that is gone for removed', async () => {
    await folder.remove('call-1.wav');
    await folder.remove('call-1.wav');
    assert.equal(await folder.size('call-1.wav'), null);
  });
});

describe('the settings of recordings', () => {
  const problems = (fields: object): readonly string[] =>
    recordingSettingsForm
      .safeParse({ keepDays: '90', keepRecordsYears: '2', version: '0', ...fields })
      .error?.issues.map(({ message }) => message) ?? [];

  it('hold at least what the law asks for', () => {
    assert.deepEqual(problems({}), []);
    assert.deepEqual(problems({ keepDays: '89' }), ['recordings:error.keep-days']);
    assert.deepEqual(problems({ keepRecordsYears: '1' }), ['recordings:error.keep-records']);
    assert.deepEqual(problems({ keepDays: '3651' }), ['errors:field-number']);
    assert.deepEqual(problems({ keepDays: 'muitos' }), ['errors:field-invalid']);
    assert.deepEqual(problems({ keepDays: '' }), ['errors:field-required']);
  });
});
