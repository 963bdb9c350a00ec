import { type ClientCommands, type HubViewer } from '../../platform/realtime/hub.js';
import { type BoardFeed } from './board-feed.service.js';

/** The one board, until monitoring groups cut it into several. */
export const BOARD_ROOM = 'board';

export function createBoardCommands<V extends HubViewer>(deps: {
  readonly feed: Pick<BoardFeed, 'snapshot'>;
}): Pick<ClientCommands<V>, 'board:open'> {
  return {
    'board:open': {
      permission: 'monitoring',
      room: () => BOARD_ROOM,
      run: () => Promise.resolve(deps.feed.snapshot()),
    },
  };
}
