import { WebSocket } from 'ws';

export type SipSocketFailure = 'address' | 'unreachable' | 'certificate' | 'no-websocket' | 'no-sip' | 'silent';

/** Opens a WebSocket for SIP (RFC 7118) as a page would, and closes it. Null when it answers; never rejects. */
export function trySipSocket(
  url: string,
  options: { readonly tlsVerify: boolean; readonly limitMs: number },
): Promise<{ readonly failure: SipSocketFailure; readonly reason: string } | null> {
  return new Promise((resolve) => {
    const failed = (failure: SipSocketFailure, reason: string): void => {
      resolve({ failure, reason });
    };
    let socket: WebSocket;
    try {
      socket = new WebSocket(url, 'sip', {
        rejectUnauthorized: options.tlsVerify,
        handshakeTimeout: options.limitMs,
        maxPayload: 64 * 1024,
      });
    } catch (error) {
      failed('address', String(error));
      return;
    }
    socket.on('open', () => {
      socket.terminate();
      resolve(null);
    });
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      failed('no-websocket', `HTTP ${String(response.statusCode)}`);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failed(toFailure(error), error.message);
    });
  });
}

function toFailure(error: NodeJS.ErrnoException): SipSocketFailure {
  if (/subprotocol/i.test(error.message)) return 'no-sip';
  if (/timed out/i.test(error.message)) return 'silent';
  if (/cert|self.signed|altname/i.test(`${error.code ?? ''} ${error.message}`)) return 'certificate';
  return error.code === undefined ? 'no-websocket' : 'unreachable';
}
