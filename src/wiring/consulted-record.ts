import { type Attendances } from '../modules/attendances/index.js';
import { type ConsultedRecord } from '../modules/desk/index.js';

/** What somebody who is asked about a call may know of its record. The one place that decides it. */
export async function consultedRecordOf(
  attendances: Pick<Attendances, 'readForConsultation'>,
  callId: string,
  viewerId: number,
): Promise<ConsultedRecord | null> {
  // An agent's page is drawn for whoever is asked, by what they are, not by what their profile adds.
  const reading = await attendances.readForConsultation(callId, { userId: viewerId, permissions: new Set() });
  return reading === null ? null : { protocol: reading.protocol, record: reading.text };
}
