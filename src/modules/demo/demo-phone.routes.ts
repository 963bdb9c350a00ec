import { Router } from 'express';
import { rateLimit } from 'express-rate-limit';
import { z } from 'zod';
import { DomainError } from '../../platform/errors.js';
import { renderPage } from '../../platform/http/pages.js';
import { type SoftphoneCredentials } from '../../shared/desk.js';

export interface DemoLine {
  /** E.164. */
  readonly number: string;
  readonly name: string;
}
export interface DemoQueue {
  readonly number: string;
  readonly name: string;
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'customer-phone/index': {
      readonly lines: readonly DemoLine[];
      readonly queues: readonly DemoQueue[];
      readonly timeZone: string;
    };
  }
}

export interface DemoPhoneDeps {
  readonly lines: () => Promise<readonly DemoLine[]>;
  readonly queues: () => Promise<readonly DemoQueue[]>;
  readonly credentials: (number: string) => Promise<SoftphoneCredentials>;
}

const credentialsBody = z.object({ number: z.string().regex(/^\+\d{8,15}$/) });
const CREDENTIALS_A_MINUTE = 60;

/**
 * The customer's phone of the demonstration. Customers have no account, so these are the only pages without a permission;
 * they exist only where the demonstration is on, and give only the lines that were made for it.
 */
export function createDemoPhoneRouter(deps: DemoPhoneDeps & { readonly timeZone: string }): Router {
  const router = Router();
  router.get('/', async (_req, res) => {
    renderPage(res, 'customer-phone/index', {
      lines: await deps.lines(),
      queues: await deps.queues(),
      timeZone: deps.timeZone,
    });
  });
  router.post('/credentials', rateLimit({ windowMs: 60_000, limit: CREDENTIALS_A_MINUTE }), async (req, res) => {
    const body = credentialsBody.safeParse(req.body);
    if (!body.success) throw new DomainError('invalid', 'errors:field-invalid');
    res.json(await deps.credentials(body.data.number));
  });
  return router;
}
