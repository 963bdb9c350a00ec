import { DomainError } from '../../platform/errors.js';
import { type Actor } from '../audit/index.js';
import { type NameFields, type QueueFields, type RecordKey, type UserFields } from './exchange-admin.domain.js';
import { type DirectorySections, type RunningExchange } from './exchange-admin.port.js';
import { readAudio, type PromptAudio } from './prompt-audio.domain.js';

/**
 * The directory of the built-in exchange. What is changed counts for the exchange at once, and for the application's users
 * only when they are synchronised with it. What calls are using is left alone until they are over.
 */
export class ExchangeAdmin {
  readonly sections: DirectorySections;
  readonly #running: () => RunningExchange | null;

  constructor(deps: {
    readonly sections: DirectorySections;
    /** Null while the built-in exchange is not in use. */
    readonly running: () => RunningExchange | null;
  }) {
    this.sections = deps.sections;
    this.#running = deps.running;
  }

  get isInUse(): boolean {
    return this.#running() !== null;
  }

  /** For what `createX`, `saveX` and `removeX` throw beyond the sentences here, see `DirectorySection`. */
  createUser(fields: UserFields, actor: Actor): Promise<void> {
    return this.#changed(this.sections.users.insert(fields, actor));
  }

  /** Refused with `conflict` when the extension is to change while its phone is in a call. */
  async saveUser(key: RecordKey, fields: UserFields, actor: Actor): Promise<void> {
    const before = await this.sections.users.find(key.id);
    if (before !== null && before.extension !== fields.extension) this.#requireIdle(before);
    await this.#changed(this.sections.users.save(key, fields, actor));
  }

  /** Refused with `conflict` for a user who is in a call. */
  async removeUsers(ids: readonly number[], actor: Actor): Promise<void> {
    for (const id of ids) {
      const user = await this.sections.users.find(id);
      if (user !== null) this.#requireIdle(user);
    }
    await this.#changed(this.sections.users.remove(ids, actor));
  }

  createQueue(fields: QueueFields, actor: Actor): Promise<void> {
    return this.#changed(this.sections.queues.insert(fields, actor));
  }

  /** Refused with `conflict` when the name or the number is to change while callers wait. */
  async saveQueue(key: RecordKey, fields: QueueFields, actor: Actor): Promise<void> {
    const before = await this.sections.queues.find(key.id);
    if (before !== null && (before.name !== fields.name || before.number !== fields.number)) {
      this.#requireNobodyWaiting(before);
    }
    await this.#changed(this.sections.queues.save(key, fields, actor));
  }

  /** Refused with `conflict` for a queue with callers. */
  async removeQueues(ids: readonly number[], actor: Actor): Promise<void> {
    for (const id of ids) {
      const queue = await this.sections.queues.find(id);
      if (queue !== null) this.#requireNobodyWaiting(queue);
    }
    await this.#changed(this.sections.queues.remove(ids, actor));
  }

  createNamed(section: 'localities' | 'pauseReasons', fields: NameFields, actor: Actor): Promise<void> {
    return this.#changed(this.sections[section].insert(fields, actor));
  }

  saveNamed(section: 'localities' | 'pauseReasons', key: RecordKey, fields: NameFields, actor: Actor): Promise<void> {
    return this.#changed(this.sections[section].save(key, fields, actor));
  }

  removeNamed(section: 'localities' | 'pauseReasons', ids: readonly number[], actor: Actor): Promise<void> {
    return this.#changed(this.sections[section].remove(ids, actor));
  }

  /** Refused with `invalid`, as is `replacePromptAudio`, when the bytes are no recording that phones can play. */
  async createPrompt({ name, file }: { readonly name: string; readonly file: Buffer }, actor: Actor): Promise<void> {
    await this.#changed(this.sections.prompts.insert({ name, audio: requireAudio(file) }, actor));
  }

  async replacePromptAudio(key: RecordKey, file: Buffer, actor: Actor): Promise<void> {
    await this.#changed(this.sections.prompts.save(key, { name: null, audio: requireAudio(file) }, actor));
  }

  renamePrompt(key: RecordKey, { name }: NameFields, actor: Actor): Promise<void> {
    return this.#changed(this.sections.prompts.save(key, { name, audio: null }, actor));
  }

  /** Refused with `conflict` for one that callers of a queue hear. */
  removePrompts(ids: readonly number[], actor: Actor): Promise<void> {
    return this.#changed(this.sections.prompts.remove(ids, actor));
  }

  async #changed(change: Promise<void>): Promise<void> {
    await change;
    await this.#running()?.reloadDirectory();
  }

  #requireIdle({ name, extension }: { readonly name: string; readonly extension: string }): void {
    if (this.#running()?.isInCall(extension) !== true) return;
    throw new DomainError('conflict', 'exchange-admin:error.user-in-call', { params: { name } });
  }

  #requireNobodyWaiting({ name }: { readonly name: string }): void {
    if (this.#running()?.hasCallers(name) !== true) return;
    throw new DomainError('conflict', 'exchange-admin:error.queue-has-callers', { params: { name } });
  }
}

function requireAudio(file: Buffer): PromptAudio {
  const audio = readAudio(file);
  if (audio === null) throw new DomainError('invalid', 'exchange-admin:error.not-audio', { field: 'file' });
  return audio;
}
