import assert from 'node:assert/strict';
import { SecretBox, UnreadableSecretError } from '../../src/platform/crypto/secret-box.js';
import { createTurnCredentials } from '../../src/platform/crypto/turn-credentials.js';

const box = new SecretBox('k'.repeat(32));

function unreadable(reason: UnreadableSecretError['reason']): (error: unknown) => boolean {
  return (error) => error instanceof UnreadableSecretError && error.reason === reason;
}

describe('secret box', () => {
  it('opens what it has sealed, whatever the characters', () => {
    for (const secret of ['', 'a', 'ção 🍋\n\0', 'x'.repeat(10_000)]) {
      assert.equal(box.open(box.seal(secret, 'field'), 'field'), secret);
    }
  });

  it('opens what another box of the same key has sealed', () => {
    assert.equal(new SecretBox('k'.repeat(32)).open(box.seal('secret', 'field'), 'field'), 'secret');
  });

  it('seals the same secret differently every time, and shows nothing of it', () => {
    const [one, two] = [box.seal('secret', 'field'), box.seal('secret', 'field')];
    assert.notEqual(one, two);
    assert.doesNotMatch(one, /secret|c2VjcmV0/);
  });

  it('says that the key changed when it did', () => {
    assert.throws(() => new SecretBox('o'.repeat(32)).open(box.seal('s', 'field'), 'field'), unreadable('key-changed'));
  });

  it('refuses a secret that was sealed for another field', () => {
    assert.throws(() => box.open(box.seal('s', 'one'), 'other'), unreadable('damaged'));
  });

  it('refuses a text with any one byte changed', () => {
    const [version, keyId, text] = box.seal('secret', 'field').split('.');
    const bytes = Buffer.from(text ?? '', 'base64url');
    assert.ok(bytes.length > 28);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const sealed = [version, keyId, changed.toString('base64url')].join('.');
      assert.throws(() => box.open(sealed, 'field'), unreadable('damaged'), `byte ${String(at)}`);
    }
  });

  it('refuses what was cut short and what was never sealed', () => {
    const sealed = box.seal('secret', 'field');
    for (const text of ['', 'v1', 'v1..', 'secret', sealed.slice(0, 20), `${sealed}.more`, `v2${sealed.slice(2)}`]) {
      assert.throws(() => box.open(text, 'field'), UnreadableSecretError, text);
    }
  });

  it('digests a text to the same every time, and to something else under another key', () => {
    assert.equal(box.digest('text'), new SecretBox('k'.repeat(32)).digest('text'));
    assert.notEqual(box.digest('text'), box.digest('texT'));
    assert.notEqual(box.digest('text'), new SecretBox('o'.repeat(32)).digest('text'));
  });
});

describe('credentials of a TURN server', () => {
  it('are what coturn computes from its shared secret', () => {
    // openssl: printf '1700000000:1007' | openssl dgst -sha1 -hmac north -binary | base64
    assert.deepEqual(createTurnCredentials('north', '1007', 1_700_000_000_999), {
      username: '1700000000:1007',
      credential: '2gzEA6qXrc+6619Yd368KiT6zuU=',
    });
  });
});
