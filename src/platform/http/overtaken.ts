import { type Response } from 'express';
import { type AuditSubject, type AuditTrail } from '../../modules/audit/index.js';
import { formatTime } from '../../shared/format.js';
import { localsOf } from './locals.js';

/** Who was faster, as the partial `form-problems` says it; null where nobody knows. */
export interface Overtaken {
  readonly name: string | null;
  readonly time: string | null;
}

/** Who saved a record last, and when by the operation's clock. */
export async function overtakenBy(
  audit: Pick<AuditTrail, 'last'>,
  subject: AuditSubject,
  subjectId: number | null,
  res: Response,
  timeZone: string,
): Promise<Overtaken> {
  const entry = await audit.last(subject, subjectId);
  if (entry === null) return { name: null, time: null };
  return { name: entry.actor.name, time: formatTime(entry.at.getTime(), localsOf(res).locale, timeZone) };
}
