import { createHash, randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';

export interface SipAccount {
  /** `ws:` or `wss:` */
  readonly server: string;
  readonly tlsVerify: boolean;
  readonly extension: string;
  readonly host: string;
  readonly login: string;
  readonly password: string;
}

/**
 * Takes back whatever an extension has registered, as its owner could: a REGISTER for all contacts with no time left
 * (RFC 3261, 10.2.2). Asterisk has no command for it in its manager interface. Settles with the final status; rejects when
 * the exchange cannot be reached or does not answer in time.
 */
export function unregisterAll(account: SipAccount, limitMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(account.server, 'sip', {
      rejectUnauthorized: account.tlsVerify,
      handshakeTimeout: limitMs,
      maxPayload: 64 * 1024,
    });
    const finish = (work: () => void): void => {
      clearTimeout(timer);
      socket.terminate();
      work();
    };
    const timer = setTimeout(() => {
      finish(() => {
        reject(new Error('no answer in time'));
      });
    }, limitMs);
    const callId = randomBytes(12).toString('hex');
    socket.on('open', () => {
      socket.send(toRegister(account, callId, 1, null));
    });
    socket.on('message', (data) => {
      const text = (data as Buffer).toString('utf8');
      const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1]);
      const isFirst = /^CSeq:\s*1\s/im.test(text);
      if (Number.isNaN(status) || status < 200) return;
      const challenge = status === 401 && isFirst ? /^WWW-Authenticate:\s*Digest\s+(.*)$/im.exec(text)?.[1] : undefined;
      if (challenge !== undefined) socket.send(toRegister(account, callId, 2, challenge));
      else {
        finish(() => {
          resolve(status);
        });
      }
    });
    socket.on('error', (error) => {
      finish(() => {
        reject(error);
      });
    });
    socket.on('close', () => {
      finish(() => {
        reject(new Error('the connection was closed'));
      });
    });
  });
}

function toRegister(account: SipAccount, callId: string, sequence: number, challenge: string | null): string {
  const { extension, host } = account;
  const uri = `sip:${host}`;
  const lines = [
    `REGISTER ${uri} SIP/2.0`,
    `Via: SIP/2.0/${account.server.startsWith('wss') ? 'WSS' : 'WS'} ${callId}.invalid;branch=z9hG4bK${callId}${sequence}`,
    'Max-Forwards: 70',
    `From: <sip:${extension}@${host}>;tag=${callId}`,
    `To: <sip:${extension}@${host}>`,
    `Call-ID: ${callId}`,
    `CSeq: ${sequence} REGISTER`,
    'Contact: *',
    'Expires: 0',
    ...(challenge === null ? [] : [`Authorization: ${toAuthorization(account, uri, challenge)}`]),
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** RFC 2617 with MD5, which is what Asterisk asks browsers for. */
function toAuthorization({ login, password }: SipAccount, uri: string, challenge: string): string {
  const part = (name: string): string => new RegExp(`(?:^|[\\s,])${name}="?([^",]*)"?`, 'i').exec(challenge)?.[1] ?? '';
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  const [realm, nonce, opaque] = [part('realm'), part('nonce'), part('opaque')];
  const clientNonce = randomBytes(8).toString('hex');
  const ha1 = md5(`${login}:${realm}:${password}`);
  const ha2 = md5(`REGISTER:${uri}`);
  const hasQop = /qop="?[^"]*\bauth\b/i.test(challenge);
  const response = hasQop ? md5(`${ha1}:${nonce}:00000001:${clientNonce}:auth:${ha2}`) : md5(`${ha1}:${nonce}:${ha2}`);
  const parts = [
    `username="${login}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    'algorithm=MD5',
    ...(opaque === '' ? [] : [`opaque="${opaque}"`]),
    ...(hasQop ? ['qop=auth', 'nc=00000001', `cnonce="${clientNonce}"`] : []),
  ];
  return `Digest ${parts.join(', ')}`;
}
