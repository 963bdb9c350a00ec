import { type OpeningHours } from './opening-hours.domain.js';

/** A voice queue. The exchange distributes its calls; here is what people and figures need to know of it. */
export interface Queue {
  readonly id: number;
  readonly name: string;
  /** What the exchange calls it; what ties the two. */
  readonly exchangeName: string;
  /** What a customer dials. */
  readonly number: string;
  /** T of the service level. */
  readonly serviceLevelSeconds: number;
  /** Null: no wrap-up. 0: until the record is finished. */
  readonly wrapUpSeconds: number | null;
  /** So many calls in a row that rang and were not taken pause their agent; null: never. */
  readonly missedLimit: number | null;
  readonly isActive: boolean;
  /** The users who may log in to it. */
  readonly memberIds: readonly number[];
}

/** What an administrator decides about a queue; the rest comes from the exchange. */
export interface QueueSettings {
  readonly name: string;
  /** 1 to 3600. */
  readonly serviceLevelSeconds: number;
  /** Null: no wrap-up. 0: until the record is finished. */
  readonly wrapUpSeconds: number | null;
  /** 1 to 20: so many calls in a row that rang and were not taken pause their agent; null: never. */
  readonly missedLimit: number | null;
  readonly hours: OpeningHours;
  readonly followsHolidays: boolean;
  /** Whether agents may promise a scheduled callback to this queue's callers. */
  readonly offersCallbacks: boolean;
}

/** A queue as its page shows it. */
export interface QueueRecord extends QueueSettings {
  readonly id: number;
  readonly exchangeName: string;
  readonly number: string;
  readonly isActive: boolean;
  readonly version: number;
  /** By name. */
  readonly members: readonly { readonly id: number; readonly name: string }[];
}

export type QueueUse = 'in-use' | 'retired' | 'all';
