import { type Server } from 'node:http';

/** Requests under way may end; what still holds on after this long is cut. */
const GRACE_MS = 3000;

/** Stops taking requests and settles when the last one has been answered, or cut. Not listening is no error. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const cut = setTimeout(() => {
    server.closeAllConnections();
  }, GRACE_MS);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}
