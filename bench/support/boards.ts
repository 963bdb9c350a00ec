/** Runs as a process of its own: many boards, each a Socket.IO client with its own connection. See `protocol.ts`. */
import { io, type Socket } from 'socket.io-client';
import { type BoardChange } from '../../src/shared/board.js';
import { type ClientToServerEvents, type ServerToClientEvents } from '../../src/shared/realtime.js';
import { type BoardsAnswer, type BoardsRequest, type Marker } from './protocol.js';

type BoardSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

interface Board {
  readonly socket: BoardSocket;
  frames: number;
  done: boolean;
}

let boards: Board[] = [];
let kept: BoardChange[] = [];
let marker: Marker | null = null;

function answer(message: BoardsAnswer): void {
  process.send?.(message);
}

function onFrame(board: Board, change: BoardChange): void {
  if (marker === null || board.done) return;
  board.frames += 1;
  if (board === boards[0]) kept.push(change);
  const { queueId, waiting } = marker;
  if (!change.queues.some((queue) => queue.queueId === queueId && queue.waiting === waiting)) return;
  board.done = true;
  if (!boards.every(({ done }) => done)) return;
  const counts = boards.map(({ frames }) => frames);
  marker = null;
  answer({ type: 'seen', frames: kept, fewest: Math.min(...counts), most: Math.max(...counts) });
}

async function open(url: string): Promise<Board> {
  const socket: BoardSocket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ackTimeout: 10_000,
  });
  const board: Board = { socket, frames: 0, done: false };
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  socket.on('board:changed', (change) => {
    onFrame(board, change);
  });
  const opened = await socket.emitWithAck('board:open', {});
  if (!opened.ok) throw new Error(`a board was refused: ${opened.error.message}`);
  return board;
}

async function handle(request: BoardsRequest): Promise<void> {
  switch (request.type) {
    case 'connect': {
      const { url, count } = request;
      boards = await Promise.all(Array.from({ length: count }, () => open(url)));
      answer({ type: 'connected' });
      break;
    }
    case 'await': {
      kept = [];
      for (const board of boards) {
        board.frames = 0;
        board.done = false;
      }
      marker = request.marker;
      answer({ type: 'ready' });
      break;
    }
    case 'disconnect': {
      for (const { socket } of boards) socket.disconnect();
      boards = [];
      answer({ type: 'disconnected' });
      break;
    }
  }
}

process.on('message', (request: BoardsRequest) => {
  handle(request).catch((error: unknown) => {
    answer({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
process.once('disconnect', () => {
  process.exit(0);
});
