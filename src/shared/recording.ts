/** The recording of an agent's present call, as the page shows it. Moments are epoch milliseconds of the server. */
export interface RecordingView {
  readonly callId: string;
  readonly state: 'recording' | 'paused';
  /** While it is paused: when it goes on by itself. */
  readonly resumesAt: number | null;
  readonly mayPause: boolean;
}
