import { type Router } from 'express';
import { createUraRouter } from '../modules/attendances/index.js';
import { type Customers } from '../modules/customers/index.js';
import { type Integration } from '../modules/integration/index.js';
import { type Voice } from './voice.js';

/** What the URA may ask, with its token in place of a session. */
export function uraRoutes(deps: {
  readonly voice: Voice | null;
  readonly customers: Customers;
  readonly integration: Integration;
  readonly now: () => Date;
  readonly logError: (error: unknown, context: object) => void;
}): readonly (readonly [path: string, router: Router])[] {
  const { voice, customers, integration, now, logError } = deps;
  return [
    [
      '/api/ura',
      createUraRouter({
        attendances: voice?.attendances ?? null,
        verifyToken: (token) => integration.verifyUraToken(token),
        customerOf: async (number) => (await customers.findByNumber(number))?.id ?? null,
        ...{ now, logError },
      }),
    ],
  ];
}
