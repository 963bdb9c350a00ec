import assert from 'node:assert/strict';
import { readAudio } from '../../src/modules/exchange-admin/prompt-audio.domain.js';
import { newPromptToken, promptPath, readPromptFile } from '../../src/modules/telephony/exchange/prompt-address.js';
import { anMp3, aWav } from '../support/audio-files.js';

describe('recordings', () => {
  const cases: readonly (readonly [what: string, bytes: Buffer, type: string | null])[] = [
    ['WAV', aWav(), 'audio/wav'],
    ['MP3 with a tag', Buffer.from('ID3\u0003\u0000rest', 'latin1'), 'audio/mpeg'],
    ['MP3 without one', anMp3(), 'audio/mpeg'],
    ['Ogg', Buffer.from('OggS\u0000\u0002', 'latin1'), 'audio/ogg'],
    ['nothing', Buffer.alloc(0), null],
    ['a beginning only', Buffer.from('RIF'), null],
    ['RIFF that is no WAVE', Buffer.from('RIFF\u0000\u0000\u0000\u0000AVI LIST', 'latin1'), null],
    ['AAC, whose sync is alike', Buffer.from([0xff, 0xf1, 0x50, 0x80]), null],
    ['MPEG of a version there is not', Buffer.from([0xff, 0xeb, 0x90, 0x00]), null],
    ['MPEG of a bit rate there is not', Buffer.from([0xff, 0xfb, 0xf0, 0x00]), null],
    ['MPEG of a sample rate there is not', Buffer.from([0xff, 0xfb, 0x9c, 0x00]), null],
    ['JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), null],
    ['a page', Buffer.from('<html>'), null],
    ['a name for content', Buffer.from('audio.wav'), null],
  ];
  for (const [what, bytes, type] of cases) {
    it(`${what}: ${type ?? 'refused'}`, () => {
      assert.equal(readAudio(bytes)?.contentType ?? null, type);
    });
  }

  it('of WAV say how long they last, rounded up', () => {
    assert.equal(readAudio(aWav(7))?.seconds, 7);
    assert.equal(readAudio(aWav(2).subarray(0, 44 + 8001))?.seconds, 2);
    assert.equal(readAudio(anMp3())?.seconds, null);
  });

  it('of WAV that lie about their chunks last nobody knows how long', () => {
    const endless = aWav();
    endless.writeUInt32LE(0xffff_ffff, 16);
    assert.equal(readAudio(endless)?.seconds, null);
    const noRate = aWav();
    noRate.writeUInt32LE(0, 28);
    assert.equal(readAudio(noRate)?.seconds, null);
  });
});

describe('addresses of recordings', () => {
  it('are read back as the token they carry', () => {
    const token = newPromptToken();
    assert.notEqual(token, newPromptToken());
    const path = promptPath(token, 'audio/mpeg');
    assert.match(path, /^\/prompts\/[\w-]{32}\.mp3$/);
    assert.equal(readPromptFile(path.slice('/prompts/'.length)), token);
  });
  it('with anything else in them are none', () => {
    for (const file of ['', 'a.wav', `${'a'.repeat(33)}.wav`, `${'a'.repeat(32)}.html`, `${'a'.repeat(31)}%.wav`]) {
      assert.equal(readPromptFile(file), null);
    }
  });
});
