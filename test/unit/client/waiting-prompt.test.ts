import assert from 'node:assert/strict';
import { playPrompt } from '../../../src/client/customer-phone/prompt.js';
import { customerPhoneSound } from '../../../src/client/customer-phone/phone-view.js';
import { readWaitingSound } from '../../../src/client/softphone/invite-headers.js';
import { aPhone, aPhoneCall } from './desk-builders.js';

class FakeAudio extends EventTarget {
  isPlaying = false;
  readonly #allowed: boolean;

  constructor(allowed = true) {
    super();
    this.#allowed = allowed;
  }

  play(): Promise<void> {
    this.isPlaying = this.#allowed;
    return this.#allowed ? Promise.resolve() : Promise.reject(new Error('not allowed'));
  }

  pause(): void {
    this.isPlaying = false;
  }
}

describe('what a waiting caller hears', () => {
  for (const [value, path] of [
    ['<https://voz.example/prompts/abc-_1.wav>;info=waiting', '/prompts/abc-_1.wav'],
    ['</prompts/abc.mp3>; info=waiting', '/prompts/abc.mp3'],
    ['<https://voz.example/admin/users>;info=waiting', null],
    ['<https://voz.example/prompts/../admin.wav>;info=waiting', null],
    ['<https://voz.example/prompts/abc.wav>', null],
    ['', null],
  ] as const) {
    it(`is ${path ?? 'not told'} by "${value}"`, () => {
      assert.equal(
        readWaitingSound((name) => (name === 'Alert-Info' ? value : undefined)),
        path,
      );
    });
  }

  it('is the prompt of the queue where there is one, music elsewhere', () => {
    const queued = aPhoneCall({ state: 'calling', waiting: 'queued' });
    assert.equal(customerPhoneSound(aPhone(queued)), 'music');
    assert.equal(customerPhoneSound(aPhone({ ...queued, waitingSound: '/prompts/a.wav' })), 'prompt');
    assert.equal(customerPhoneSound(aPhone({ ...queued, waitingSound: '/prompts/a.wav', state: 'talking' })), 'prompt');
    assert.equal(customerPhoneSound(aPhone({ ...queued, waiting: 'nothing', state: 'talking' })), 'none');
  });

  const start = (audio: FakeAudio): { readonly stop: () => void; readonly music: { on: boolean; starts: number } } => {
    const music = { on: false, starts: 0 };
    const stop = playPrompt(audio, () => {
      music.on = true;
      music.starts += 1;
      return () => {
        music.on = false;
      };
    });
    return { stop, music };
  };

  it('is the prompt once, then music, until it stops', () => {
    const audio = new FakeAudio();
    const { stop, music } = start(audio);
    assert.deepEqual([audio.isPlaying, music.on], [true, false]);
    audio.dispatchEvent(new Event('ended'));
    assert.equal(music.on, true);
    stop();
    assert.equal(music.on, false);
  });

  it('is silence from when it stops, also in the middle of the prompt', () => {
    const audio = new FakeAudio();
    const { stop, music } = start(audio);
    stop();
    assert.equal(audio.isPlaying, false);
    audio.dispatchEvent(new Event('error'));
    assert.equal(music.starts, 0);
  });

  it('is music at once, and once, when the prompt cannot be had', async () => {
    const audio = new FakeAudio(false);
    const { music } = start(audio);
    audio.dispatchEvent(new Event('error'));
    await Promise.resolve();
    await Promise.resolve();
    assert.deepEqual(music, { on: true, starts: 1 });
  });
});
