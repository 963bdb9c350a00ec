import { type BoardChange } from '../../src/shared/board.js';

/** When a board has seen everything: this queue shows so many waiting callers. */
export interface Marker {
  readonly queueId: number;
  readonly waiting: number;
}

/** What the benchmark asks the process that holds the boards. Each is answered, in order. */
export type BoardsRequest =
  | { readonly type: 'connect'; readonly url: string; readonly count: number }
  /** Forgets what was counted, and waits for the marker on every board. */
  | { readonly type: 'await'; readonly marker: Marker }
  | { readonly type: 'disconnect' };

export type BoardsAnswer =
  | { readonly type: 'connected' }
  | { readonly type: 'ready' }
  | {
      readonly type: 'seen';
      /** What one board was sent; all are sent the same. */
      readonly frames: readonly BoardChange[];
      /** Fewest and most frames that came to a board. */
      readonly fewest: number;
      readonly most: number;
    }
  | { readonly type: 'disconnected' }
  | { readonly type: 'failed'; readonly message: string };
