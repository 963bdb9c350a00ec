import { type Attendances } from '../modules/attendances/index.js';
import { type ConsultedRecord } from '../modules/desk/index.js';

/** What somebody who is asked about a call may know of its record. The one place that decides it. */
export async function consultedRecordOf(
  attendances: Pick<Attendances, 'forCall'>,
  callId: string,
): Promise<ConsultedRecord | null> {
  const form = await attendances.forCall(callId);
  if (form === null) return null;
  const { protocol, subject, description } = form;
  return { protocol, record: { subject, description } };
}
