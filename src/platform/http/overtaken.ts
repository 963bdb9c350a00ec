import { type Response } from 'express';
import { type AuditEntry } from '../../modules/audit/audit.domain.js';
import { localsOf } from './locals.js';

/** Who was faster, and when: what the partial `form-problems` says over a form that was overtaken. */
export interface Overtaken {
  readonly name: string | null;
  readonly time: string | null;
}

/** @param entry the record's newest entry of the audit trail */
export function overtakenBy(res: Response, entry: AuditEntry | null, timeZone: string): Overtaken {
  if (entry === null) return { name: null, time: null };
  const format = new Intl.DateTimeFormat(localsOf(res).locale, { hour: '2-digit', minute: '2-digit', timeZone });
  return { name: entry.actor.name, time: format.format(entry.at) };
}
