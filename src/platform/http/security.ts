import { type IncomingMessage } from 'node:http';
import { type RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * What a browser may do with our pages: run our scripts and styles and nothing written into a page, talk to the host it
 * came from, play our sounds, use the microphone.
 */
export function createSecurityHeaders(options: {
  /** Served over https, as people see it. */
  readonly https: boolean;
  /** Further `ws:`/`wss:` addresses that pages may connect to: an exchange on another host. Asked for each page. */
  readonly connectTo: () => readonly string[];
}): readonly RequestHandler[] {
  const none = ["'none'"];
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'"],
          scriptSrcAttr: none,
          styleSrc: ["'self'"],
          styleSrcAttr: none,
          imgSrc: ["'self'", 'data:'],
          mediaSrc: ["'self'", 'blob:'],
          fontSrc: ["'self'"],
          // Older Safari does not count a WebSocket of the same host as 'self'.
          connectSrc: ["'self'", (req) => [webSocketOf(req), ...options.connectTo()].join(' ')],
          objectSrc: none,
          frameAncestors: none,
          baseUri: none,
          formAction: ["'self'"],
          ...(options.https ? { upgradeInsecureRequests: [] } : {}),
        },
      },
      strictTransportSecurity: options.https,
      referrerPolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'deny' },
    }),
    (_req, res, next) => {
      res.setHeader('Permissions-Policy', 'microphone=(self), camera=(), geolocation=(), payment=(), usb=()');
      next();
    },
  ];
}

/** A host that is not plainly a host is not written into a header. */
function webSocketOf(req: IncomingMessage): string {
  const host = req.headers.host ?? '';
  return /^[\w.-]+(:\d+)?$|^\[[0-9a-f:.]+\](:\d+)?$/i.test(host) ? `ws://${host} wss://${host}` : "'self'";
}
