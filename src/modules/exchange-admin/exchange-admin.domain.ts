import { type QueueStrategy } from '../telephony/exchange/exchange.port.js';

/** The parts of the built-in exchange's directory that are administered, each a tab. */
export const SECTIONS = ['users', 'queues', 'localities', 'pause-reasons'] as const;
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
  readonly memberIds: readonly number[];
}
export type QueueEntry = Entry & QueueFields;

export interface NameFields {
  readonly name: string;
}
export interface LocalityEntry extends Entry {
  readonly userCount: number;
}

/** One record as it was when its form was drawn. */
export interface RecordKey {
  readonly id: number;
  readonly version: number;
}
