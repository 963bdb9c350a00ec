import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type SecretBox, UnreadableSecretError } from '../../platform/crypto/secret-box.js';
import { DomainError, StaleError } from '../../platform/errors.js';
import { KeyedQueue } from '../../platform/keyed-queue.js';
import { MASKED, SECRET_CHANGED, type Actor, type AuditNote } from '../audit/index.js';
import { isUsable, type TestStep } from '../telephony/connection-test.domain.js';
import { type ConnectionTests } from './connection-tests.js';
import {
  auditedChange,
  cutsCalls,
  exposesSecret,
  plainOf,
  SECRET_NAMES,
  testedValues,
  withoutNeedless,
  type Confirmed,
  type IntegrationSettings,
  type Objections,
  type PlainSettings,
  type SecretName,
  type TestRecord,
  type TypedSettings,
} from './integration-settings.domain.js';

/** As stored: the two passwords sealed, of the URA token only its digest. Null is not set. */
export type SealedSecrets = Readonly<Record<SecretName | 'uraToken', string | null>>;

export interface StoredIntegration {
  readonly plain: PlainSettings;
  readonly sealed: SealedSecrets;
  readonly version: number;
  /** The test of these very values, if there was one. */
  readonly test: TestRecord | null;
}

/** Changes and their audit entry are stored together; `save` and `saveSecrets` throw a `StaleError`. */
export interface IntegrationRepository {
  load(): Promise<StoredIntegration>;
  save(
    version: number,
    changes: { readonly plain: PlainSettings; readonly sealed: SealedSecrets; readonly test: TestRecord | null },
    note: AuditNote,
  ): Promise<void>;
  saveSecrets(version: number, sealed: SealedSecrets, note: AuditNote): Promise<void>;
  note(note: AuditNote): Promise<void>;
}

export interface LoadedIntegration {
  /** Secrets that cannot be read are empty. */
  readonly settings: IntegrationSettings;
  readonly unreadable: readonly SecretName[];
  readonly isSet: Readonly<Record<SecretName | 'uraToken', boolean>>;
  readonly version: number;
  readonly test: TestRecord | null;
}

/** What runs by the settings. */
export interface RunningPlatform {
  /** Calls of this moment, waiting ones too. */
  countCalls(): number;
  /** Makes the settings take effect; settles when they have. */
  apply(settings: IntegrationSettings): Promise<void>;
}

export type SaveOutcome = { readonly saved: true } | { readonly saved: false; readonly objections: Objections };

export interface IntegrationDeps {
  readonly repository: IntegrationRepository;
  readonly box: SecretBox;
  readonly tests: ConnectionTests;
  readonly running: RunningPlatform;
  readonly now: () => Date;
  readonly log: { error(details: object, message: string): void };
}

const SUBJECT_NAME = 'Integração com o UNITY';
const TOKEN_BYTES = 32;
/** Tests that are remembered until their values are saved. */
const TESTS_KEPT = 100;

/** "Configurações de integração com o UNITY": what is stored, what was tested, and what may be saved. */
export class Integration {
  readonly #deps: IntegrationDeps;
  readonly #tested = new Map<string, TestRecord>();
  /** Sealed texts that were already logged as unreadable: once is enough. */
  readonly #reported = new Set<string>();
  /** Saving and taking effect is one after another: what was saved last is what runs. */
  readonly #turns = new KeyedQueue<'save'>();

  constructor(deps: IntegrationDeps) {
    this.#deps = deps;
  }

  /** Logs what cannot be read; never rejects because of it. */
  async load(): Promise<LoadedIntegration> {
    const { repository, log } = this.#deps;
    const { plain, sealed, version, test } = await repository.load();
    const unreadable: SecretName[] = [];
    const open = (name: SecretName): string => {
      const text = sealed[name];
      if (text === null) return '';
      try {
        return this.#deps.box.open(text, placeOf(name));
      } catch (error) {
        if (!(error instanceof UnreadableSecretError)) throw error;
        if (!this.#reported.has(text)) {
          this.#reported.add(text);
          log.error({ err: error, field: name }, 'a stored secret cannot be read: it has to be typed again');
        }
        unreadable.push(name);
        return '';
      }
    };
    const secrets = { secret: open('secret'), turnSecret: open('turnSecret') };
    return {
      settings: { ...plain, ...secrets },
      unreadable,
      isSet: {
        secret: sealed.secret !== null,
        turnSecret: sealed.turnSecret !== null,
        uraToken: sealed.uraToken !== null,
      },
      version,
      test,
    };
  }

  /**
   * The settings as they would be with what was typed: secrets that were left alone are those stored. Throws a DomainError
   * 'invalid' at a secret that has to be typed.
   */
  async complete(typed: TypedSettings): Promise<IntegrationSettings> {
    const { settings, unreadable } = await this.load();
    const { secret, turnSecret } = typed.secrets;
    const plain = { ...plainOf(settings), ...typed.plain };
    const whole = { ...plain, secret: secret || settings.secret, turnSecret: turnSecret || settings.turnSecret };
    if (plain.platform === 'asterisk' && secret === '') {
      if (unreadable.includes('secret'))
        throw new DomainError('invalid', 'integration:key-changed', { field: 'secret' });
      if (settings.secret === '') throw new DomainError('invalid', 'errors:field-required', { field: 'secret' });
      if (exposesSecret(settings, plain)) {
        throw new DomainError('invalid', 'integration:retype-secret', { field: 'secret' });
      }
    }
    if (plain.turnUrls.length > 0 && whole.turnSecret === '') {
      const key = unreadable.includes('turnSecret') ? 'integration:key-changed' : 'errors:field-required';
      throw new DomainError('invalid', key, { field: 'turnSecret' });
    }
    return withoutNeedless(whole);
  }

  /**
   * Looks at every step with these values and tells of each as it finishes. Throws a DomainError 'conflict' when this person
   * has one running. Aborted by the signal it rejects with the signal's reason, and nothing counts as tested.
   */
  async test(
    actor: Actor,
    settings: IntegrationSettings,
    onStep: (step: TestStep) => void,
    signal: AbortSignal,
  ): Promise<readonly TestStep[]> {
    const steps = await this.#deps.tests.run(actor.userId ?? 0, settings, onStep, signal);
    const record = this.#record(settings, steps);
    this.#tested.delete(record.fingerprint);
    this.#tested.set(record.fingerprint, record);
    for (const oldest of this.#tested.keys()) {
      if (this.#tested.size <= TESTS_KEPT) break;
      this.#tested.delete(oldest);
    }
    const { platform, host } = settings;
    const after = { platform, host: platform === 'asterisk' ? host : null, failedSteps: [...record.failed] };
    // Apart from the changes: whoever tested last has not changed anything.
    const note = { ...this.#note(actor), action: 'tested', subjectId: 'connection-test' } as const;
    await this.#deps.repository.note({ ...note, before: null, after });
    return steps;
  }

  /**
   * Saves and makes it take effect, unless there is something to confirm that was not. Throws a `StaleError` when somebody
   * saved meanwhile. When it rejects after having saved, the settings are stored and take effect at the next start.
   */
  save(actor: Actor, settings: IntegrationSettings, version: number, confirmed: Confirmed): Promise<SaveOutcome> {
    return this.#turns.run('save', async () => {
      const before = await this.load();
      if (before.version !== version) throw new StaleError();
      const test = this.#testOf(settings, before);
      const objections: Objections = {
        test: test === null ? 'untested' : test.isUsable ? null : 'failed',
        failed: test?.failed ?? [],
        calls: cutsCalls(before.settings, settings) ? this.#deps.running.countCalls() : 0,
      };
      const isFine = (objections.test === null || confirmed.test) && objections.calls <= confirmed.calls;
      if (!isFine) return { saved: false, objections };
      await this.#store(actor, settings, before, test);
      await this.#deps.running.apply(settings);
      return { saved: true };
    });
  }

  /** Makes a new token for the URA and returns it: this is the only time it can be read. The one before ends. */
  createUraToken(actor: Actor, version: number): Promise<string> {
    return this.#turns.run('save', async () => {
      const { repository } = this.#deps;
      const { sealed } = await repository.load();
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      const wasSet = sealed.uraToken !== null;
      await repository.saveSecrets(
        version,
        { ...sealed, uraToken: digestOf(token) },
        {
          ...this.#note(actor),
          before: { uraToken: wasSet ? MASKED : null },
          after: { uraToken: wasSet ? SECRET_CHANGED : MASKED },
        },
      );
      return token;
    });
  }

  /** Whether it is the URA's token of now. */
  async verifyUraToken(token: string): Promise<boolean> {
    const { sealed } = await this.#deps.repository.load();
    if (sealed.uraToken === null) return false;
    return timingSafeEqual(Buffer.from(digestOf(token)), Buffer.from(sealed.uraToken));
  }

  #testOf(settings: IntegrationSettings, stored: LoadedIntegration): TestRecord | null {
    const fingerprint = this.#fingerprint(settings);
    const kept = this.#tested.get(fingerprint);
    if (kept !== undefined) return kept;
    return stored.test?.fingerprint === fingerprint ? stored.test : null;
  }

  #record(settings: IntegrationSettings, steps: readonly TestStep[]): TestRecord {
    const failed = steps.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
    return { fingerprint: this.#fingerprint(settings), isUsable: isUsable(steps), failed, at: this.#deps.now() };
  }

  /** Of all values with the secrets; stored, and so made with a key. */
  #fingerprint(settings: IntegrationSettings): string {
    return this.#deps.box.digest(testedValues(settings));
  }

  async #store(
    actor: Actor,
    settings: IntegrationSettings,
    before: LoadedIntegration,
    test: TestRecord | null,
  ): Promise<void> {
    const { repository, box } = this.#deps;
    const { sealed, plain } = await repository.load();
    const resealed: Record<SecretName, string | null> = { secret: sealed.secret, turnSecret: sealed.turnSecret };
    const changes = {} as Record<SecretName, { wasSet: boolean; isSet: boolean; changed: boolean }>;
    for (const name of SECRET_NAMES) {
      const secret = settings[name];
      const isUnreadable = before.unreadable.includes(name);
      // One that cannot be read, of a platform that is not used now, is kept: the key may come back.
      const isLeft = secret === '' && isUnreadable && (name === 'secret' || settings.turnUrls.length > 0);
      const changed = !isLeft && secret !== before.settings[name];
      if (changed || (isUnreadable && !isLeft)) resealed[name] = secret === '' ? null : box.seal(secret, placeOf(name));
      changes[name] = { wasSet: sealed[name] !== null, isSet: resealed[name] !== null, changed };
    }
    await repository.save(
      before.version,
      { plain: plainOf(settings), sealed: { ...sealed, ...resealed }, test },
      { ...this.#note(actor), ...auditedChange(plain, plainOf(settings), changes) },
    );
  }

  #note(actor: Actor): Omit<AuditNote, 'before' | 'after'> {
    return { actor, action: 'changed', subject: 'integration', subjectId: null, subjectName: SUBJECT_NAME };
  }
}

/** Where a sealed secret belongs: elsewhere it does not open. */
function placeOf(name: SecretName): string {
  return `integration_settings.${name}`;
}

/** A token is random and long, so that a plain digest of it gives nothing away. */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
