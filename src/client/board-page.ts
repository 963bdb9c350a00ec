import { io, type Socket } from 'socket.io-client';
import type { ClientToServerEvents, ServerToClientEvents } from '../shared/realtime.js';
import { BoardStore } from './board/board-store.js';
import { BoardView } from './board/board-view.js';
import { part } from './board/dom.js';
import { createBoardTranslate } from './board/messages.js';
import { Television } from './board/television.js';

const RETRY_MS = 2_000;
const TICK_MS = 1_000;

function startBoard(root: HTMLElement): void {
  const locale = document.documentElement.lang;
  const t = createBoardTranslate(locale);
  const store = new BoardStore();
  const television = new Television({
    root,
    button: part(root, 'tv'),
    t,
    onChanged: () => {
      requestAnimationFrame(() => {
        view.draw();
      });
    },
  });
  const view = new BoardView({ root, store, television, t, locale });
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io({ ackTimeout: 5000 });
  let opening = false;

  /** Joins and takes a snapshot. One at a time: of two answers the older must not win. */
  async function open(): Promise<void> {
    if (opening) return;
    opening = true;
    try {
      const result = await socket.emitWithAck('board:open', {});
      if (result.ok) {
        store.replace(result.data, Date.now());
        view.setMessage(null);
      } else {
        view.setMessage(t('error.open', { message: result.error.message }));
      }
    } catch {
      // Lost, or too slow. A connection that is gone asks again by itself when it is back.
      view.setMessage(t('error.no-answer'));
      setTimeout(() => {
        if (socket.connected) void open();
      }, RETRY_MS);
    } finally {
      opening = false;
    }
  }

  socket.on('connect', () => {
    store.setConnected(true);
    void open();
  });
  socket.on('disconnect', (reason) => {
    store.setConnected(false);
    view.draw();
    // The server ended it on purpose: the session is over or its rights have changed. Loading again shows which.
    if (reason === 'io server disconnect') location.reload();
  });
  socket.on('board:changed', (change) => {
    if (store.apply(change, Date.now()) === 'gap') void open();
    else view.draw();
  });
  setInterval(() => {
    view.draw();
  }, TICK_MS);
  addEventListener('resize', () => {
    view.draw();
  });
  view.draw();
}

const root = document.querySelector<HTMLElement>('#board');
if (root !== null) startBoard(root);
