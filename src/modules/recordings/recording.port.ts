import { type Actor } from '../audit/audit.domain.js';
import { type QueueRecording, type Recording, type RetentionSettings } from './recording.domain.js';

export interface RecordingRepository {
  /** Harmless when there is one of that file already. */
  insert(recording: Pick<Recording, 'callId' | 'file' | 'startedAt'>): Promise<void>;
  find(id: number): Promise<Recording | null>;
  /** In the order they were made. */
  ofCall(callId: string): Promise<readonly Recording[]>;
  /** The one of a call that is not finished; null when there is none. */
  runningOf(callId: string): Promise<Recording | null>;
  /** All that are not finished: what a restarted application goes on with. */
  running(): Promise<readonly Recording[]>;
  update(id: number, changes: Partial<Omit<Recording, 'id' | 'callId' | 'file' | 'startedAt'>>): Promise<void>;
  /**
   * Finished ones that began before `before`, the oldest first;
   * without those of a call whose attendance is open.
   */
  listExpired(before: number, limit: number): Promise<readonly Recording[]>;
  /** Marks as deleted and writes that down, in one; false when it was marked already. */
  markDeleted(recording: Recording, at: number, reason: string): Promise<boolean>;
  /** Writes down that somebody listens. */
  notePlay(recording: Recording, actor: Actor): Promise<void>;
}

export interface RecordingSettingsRecord extends RetentionSettings {
  readonly version: number;
  /** Only of queues for which something was decided. */
  readonly queues: readonly QueueRecording[];
}

export interface RecordingSettingsRepository {
  load(): Promise<RecordingSettingsRecord>;
  ofQueue(queueId: number): Promise<QueueRecording | null>;
  /** @throws StaleError when somebody saved it since `version` */
  save(settings: RecordingSettingsRecord, actor: Actor): Promise<void>;
}

/** The folder of recordings. */
export interface RecordingFiles {
  /** In bytes; null when there is no such file. */
  size(file: string): Promise<number | null>;
  /** Both ends included. */
  read(file: string, range: { readonly start: number; readonly end: number }): NodeJS.ReadableStream;
  /** Removing what is not there is no error. */
  remove(file: string): Promise<void>;
}
