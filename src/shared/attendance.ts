/**
 * What a record is: of an anonymous one no customer is kept, and what a confidential one says is for its agent and for who
 * may see such.
 */
export const ATTENDANCE_KINDS = ['normal', 'anonymous', 'confidential'] as const;
export type AttendanceKind = (typeof ATTENDANCE_KINDS)[number];
