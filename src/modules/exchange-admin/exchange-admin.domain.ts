import { type QueueStrategy } from '../telephony/exchange/exchange.port.js';
import { type AudioType } from '../telephony/exchange/prompt-address.js';
import { type PromptAudio } from './prompt-audio.domain.js';

/** The parts of the built-in exchange's directory that are administered, each a tab. */
export const SECTIONS = ['users', 'queues', 'localities', 'pause-reasons', 'prompts'] as const;
export type SectionName = (typeof SECTIONS)[number];

/** What every record of the directory has. */
export interface Entry {
  readonly id: number;
  readonly version: number;
  readonly name: string;
}

export interface UserFields {
  readonly login: string;
  readonly name: string;
  readonly locality: string;
  readonly extension: string;
  /** Argon2; null leaves the password as it is. */
  readonly passwordHash: string | null;
  readonly queueIds: readonly number[];
}
export type UserEntry = Entry & Omit<UserFields, 'passwordHash'>;

export interface QueueFields {
  readonly name: string;
  readonly number: string;
  readonly strategy: QueueStrategy;
  readonly ringSeconds: number;
  readonly maxWaitSeconds: number;
  /** What callers hear while they wait; null for what their phones play by themselves. */
  readonly promptId: number | null;
  readonly memberIds: readonly number[];
}
export type QueueEntry = Entry & QueueFields;

export interface NameFields {
  readonly name: string;
}
export interface LocalityEntry extends Entry {
  readonly userCount: number;
}

/** Null leaves the name, or the recording, as it is. */
export interface PromptFields {
  readonly name: string | null;
  readonly audio: PromptAudio | null;
}
export interface PromptEntry extends Entry {
  readonly contentType: AudioType;
  /** Bytes. */
  readonly size: number;
  readonly seconds: number | null;
  /** The queues whose callers hear it. */
  readonly queueNames: readonly string[];
}

/** One record as it was when its form was drawn. */
export interface RecordKey {
  readonly id: number;
  readonly version: number;
}
