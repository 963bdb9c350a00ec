/** A session in which somebody is signed in. */
export interface SignedInSession {
  /** The session's own id: whoever knows it is halfway in, so it stays on the server. */
  readonly sessionId: string;
  readonly userId: number;
  readonly name: string;
  readonly profileName: string;
  /** Null for a session from before this was kept. */
  readonly signedInAt: Date | null;
  /** To the minute. */
  readonly lastSeenAt: Date | null;
  readonly address: string | null;
  readonly userAgent: string | null;
}

export interface ListedSession extends SignedInSession {
  /** What pages call the session by. */
  readonly ref: string;
  /** Pages of it that are connected now. */
  readonly pages: number;
}
