import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** `key-changed`: sealed with another key. `damaged`: of this key, but altered, cut short or meant for another field. */
export type UnreadableReason = 'key-changed' | 'damaged';

/** A stored secret cannot be read any more: the person has to type it again. Its message holds no part of the secret. */
export class UnreadableSecretError extends Error {
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, options?: ErrorOptions) {
    super(
      reason === 'key-changed'
        ? 'a stored secret was sealed with another ENCRYPTION_KEY'
        : 'a stored secret is damaged or was sealed for another field',
      options,
    );
    this.name = 'UnreadableSecretError';
    this.reason = reason;
  }
}

const VERSION = 'v1';
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_BYTES = 6;

/**
 * Seals secrets for keeping: AES-256-GCM, with keys derived from the installation's one key by HKDF (RFC 5869), so that
 * what encrypts is not what anything else uses. A sealed text is `v1.<key id>.<iv + tag + ciphertext>`; the id tells a
 * changed key from a damaged text, and says nothing about the key.
 */
export class SecretBox {
  readonly #key: Buffer;
  readonly #digestKey: Buffer;
  readonly #keyId: string;

  /** @param encryptionKey the installation's key, 32 characters at least */
  constructor(encryptionKey: string) {
    this.#key = derive(encryptionKey, 'secret box encryption', KEY_BYTES);
    this.#digestKey = derive(encryptionKey, 'secret box digest', KEY_BYTES);
    this.#keyId = derive(encryptionKey, 'secret box key id', KEY_ID_BYTES).toString('base64url');
  }

  /**
   * @param place the field it is for; only the same place opens it, so that a text moved to another field is refused
   */
  seal(secret: string, place: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [VERSION, this.#keyId, Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')].join('.');
  }

  /** Throws an `UnreadableSecretError`. */
  open(sealed: string, place: string): string {
    const [version, keyId, text, ...more] = sealed.split('.');
    if (version !== VERSION || keyId === undefined || text === undefined || more.length > 0) {
      throw new UnreadableSecretError('damaged');
    }
    if (keyId !== this.#keyId) throw new UnreadableSecretError('key-changed');
    const bytes = Buffer.from(text, 'base64url');
    const ivEnd = IV_BYTES;
    const tagEnd = IV_BYTES + TAG_BYTES;
    if (bytes.length < tagEnd) throw new UnreadableSecretError('damaged');
    try {
      const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, ivEnd), { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(place))
        .setAuthTag(bytes.subarray(ivEnd, tagEnd));
      return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new UnreadableSecretError('damaged', { cause: error });
    }
  }

  /** The same for the same text under the same key, and of no use to whoever does not have the key. */
  digest(text: string): string {
    return createHmac('sha256', this.#digestKey).update(text).digest('base64url');
  }
}

function derive(encryptionKey: string, purpose: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', encryptionKey, 'citrus-voz', purpose, bytes));
}
