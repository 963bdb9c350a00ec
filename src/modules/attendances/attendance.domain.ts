/** The record of one contact with a customer, written while they talk. */
export interface Attendance {
  readonly id: number;
  readonly protocol: string;
  readonly callId: string | null;
  readonly customerId: number | null;
  readonly agentId: number | null;
  readonly queueId: number | null;
  readonly state: 'open' | 'finished';
  readonly subject: string;
  readonly description: string;
  readonly openedAt: Date;
  readonly savedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** What an answered call brings to its record. */
export interface AttendanceOpening {
  readonly callId: string;
  readonly agentId: number;
  readonly customerId: number | null;
  readonly queueId: number | null;
}

export interface AttendanceText {
  readonly subject: string;
  readonly description: string;
}
