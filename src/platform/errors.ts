import { type MessageKey } from '../shared/i18n/messages.js';

export type DomainErrorCode = 'invalid' | 'forbidden' | 'not-found' | 'conflict' | 'unavailable';

/**
 * What we refuse on purpose. The message is a translation key (see `src/shared/i18n`), so that the person reads it in
 * their own language; `params` fill its placeholders and `field` names the form field it belongs to.
 *
 * `unavailable` is for a part we depend on that does not answer (the exchange): the request was right, try again.
 */
export class DomainError extends Error {
  readonly code: DomainErrorCode;
  readonly key: MessageKey;
  readonly params: Readonly<Record<string, string | number>>;
  readonly field: string | null;

  constructor(
    code: DomainErrorCode,
    key: MessageKey,
    options: {
      readonly field?: string;
      readonly params?: Readonly<Record<string, string | number>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(key, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DomainError';
    this.code = code;
    this.key = key;
    this.params = options.params ?? {};
    this.field = options.field ?? null;
  }
}

/**
 * Somebody else changed what is being saved since it was read. Nothing was written; a form shows both and lets the person
 * decide (`submitForm`).
 */
export class StaleError extends DomainError {
  constructor() {
    super('conflict', 'errors:changed-meanwhile');
    this.name = 'StaleError';
  }
}
