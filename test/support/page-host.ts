import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import express, { type Router } from 'express';
import { type Viewer } from '../../src/modules/accounts/index.js';
import { createErrorHandler, notFound } from '../../src/platform/http/error-handler.js';
import { createEarlyLocals, localsOf } from '../../src/platform/http/locals.js';
import { createTranslator } from '../../src/platform/i18n/translator.js';
import { paths } from '../../src/platform/paths.js';
import { type Locale } from '../../src/shared/i18n/messages.js';
import { type Permission } from '../../src/shared/permissions.js';

export interface PageHost extends AsyncDisposable {
  readonly url: string;
  /** What failed without being meant to; the test looks at it. */
  readonly errors: unknown[];
}

/** One router with the real views, error pages and guards, and somebody who is signed in (null: nobody). */
export async function hostPages(
  routes: Readonly<Record<string, Router>>,
  person: { readonly permissions: readonly Permission[]; readonly locale?: Locale } | null,
): Promise<PageHost> {
  const errors: unknown[] = [];
  const translator = createTranslator();
  const locale = person?.locale ?? 'pt-BR';
  const viewer: Viewer | null =
    person === null
      ? null
      : {
          userId: 1,
          name: 'Helena Prado',
          locale,
          permissions: new Set(person.permissions),
          sessionId: 's',
          extension: null,
        };
  const app = express();
  app.set('views', paths.views);
  app.set('view engine', 'ejs');
  app.locals['asset'] = (name: string) => `/build/${name}`;
  app.use(createEarlyLocals({ translator, defaultLocale: locale, demo: false }), (req, res, next) => {
    if (viewer !== null) req.user = viewer;
    localsOf(res).viewer = viewer;
    next();
  });
  for (const [path, router] of Object.entries(routes)) app.use(path, router);
  app.use(notFound, createErrorHandler({ logError: (error) => errors.push(error) }));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    errors,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
