export { BoardFeed, type BoardFeedDeps, type BoardSource } from './board-feed.service.js';
export { createMonitoringRouter } from './monitoring.routes.js';
export { BOARD_ROOM, createBoardCommands } from './board.realtime.js';
export { localDayOf } from './local-day.domain.js';
