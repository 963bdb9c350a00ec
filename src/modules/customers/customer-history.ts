import { type Permission } from '../../shared/permissions.js';
import { type CallbackLine } from '../callbacks/callbacks-page.domain.js';
import { type CallLine } from '../calls/calls-page.domain.js';
import { type Locale, type Translate } from '../../shared/i18n/messages.js';
import { type HistoryTab } from './customer.schema.js';

export const HISTORY_PAGE_SIZE = 20;

/** An attendance as the customer's record shows it. */
export interface AttendanceLine {
  readonly id: number;
  readonly protocol: string;
  readonly date: string;
  readonly time: string;
  /** Null when it is confidential and not for who looks. */
  readonly subject: string | null;
  readonly agent: string | null;
  readonly queue: string | null;
  readonly state: 'open' | 'finished' | 'abandoned';
}

export type HistoryLines =
  | { readonly tab: 'calls'; readonly lines: readonly CallLine[]; readonly total: number }
  | { readonly tab: 'attendances'; readonly lines: readonly AttendanceLine[]; readonly total: number }
  | { readonly tab: 'callbacks'; readonly lines: readonly CallbackLine[]; readonly total: number };

export interface HistoryViewer {
  readonly userId: number;
  readonly permissions: ReadonlySet<string>;
}

/** What a customer did and was promised, the newest first; pages of `HISTORY_PAGE_SIZE`, counted from 1. */
export type CustomerHistory = (
  tab: HistoryTab,
  customerId: number,
  page: number,
  words: { readonly t: Translate; readonly locale: Locale; readonly viewer: HistoryViewer },
) => Promise<HistoryLines>;

/** Who may see which part. */
export const TAB_PERMISSIONS: Readonly<Record<HistoryTab, Permission>> = {
  calls: 'calls.list',
  attendances: 'attendances.list',
  callbacks: 'callbacks.list',
};
