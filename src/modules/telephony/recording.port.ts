/** What became of the recording of a call. `file` is a name in the exchange's folder of recordings, never a path. */
export interface RecordingEvent {
  readonly type: 'recording-started' | 'recording-paused' | 'recording-resumed' | 'recording-stopped';
  /** When it happened at the exchange, epoch milliseconds. */
  readonly at: number;
  readonly callId: string;
  readonly file: string;
}

/**
 * Records calls at the exchange (capability `recording`). Commands settle when the exchange has done them, and reject with
 * a `DomainError` as those of `Telephony`. While a recording is paused, silence is recorded; its time goes on.
 *
 * ```txt
 *           start            pause
 *  (nothing) ──► recording ◄──────► paused
 *                    │      resume    │
 *                    └───── stop ─────┴──► stopped: also with the call, by itself
 * ```
 */
export interface CallRecorder {
  /** Into a new file. What is being recorded already is no error, and stays in its file. */
  start(callId: string): Promise<void>;
  /** What is not being recorded is no error. */
  stop(callId: string): Promise<void>;
  /** `conflict` when it is not being recorded; again is no error. */
  pause(callId: string): Promise<void>;
  resume(callId: string): Promise<void>;
  /** Returns its own undo. */
  onEvent(listener: (event: RecordingEvent) => void): () => void;
}
