import assert from 'node:assert/strict';
import { type Express } from 'express';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';

/** What the router of Express keeps of a route or of a router inside it; none of it is typed for others. */
interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
  /** Where it is mounted, as it was given. */
  readonly rawPath: unknown;
}

interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
}

/** Everyone may ask these: to sign in, to choose a language, with a token nobody can guess, to learn how it is. */
const PUBLIC = [
  /^\/sign-in/,
  /^\/sign-out$/,
  /^\/locale$/,
  /^\/password\//,
  /^\/prompts\//,
  // For the URA, which brings a token: see ura.test.ts.
  /^\/api\/ura\//,
  /^\/(health|ready|live)z$/,
];
/** For everyone who is signed in: it shows only what the person may open. */
const FOR_EVERYBODY = [/^\/$/];
/** All routes of the application, with 1 for each parameter. */
function routesOf(app: Express): readonly Route[] {
  const stack = (app.router as unknown as { readonly stack: readonly Layer[] }).stack;
  const collect = (layers: readonly Layer[], prefix: string): Route[] =>
    layers.flatMap((layer) => {
      if (layer.route !== undefined) {
        const path = `${prefix}${layer.route.path}`.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
        return (['get', 'post'] as const)
          .filter((method) => layer.route?.methods[method] === true)
          .map((method) => ({ method, path: path.replace(/:\w+/g, '1').replace(/[{}*]/g, '') }));
      }
      if (layer.handle.stack === undefined) return [];
      assert.ok(typeof layer.rawPath === 'string', 'a router is mounted at one path');
      return collect(layer.handle.stack, layer.rawPath === '/' ? prefix : prefix + layer.rawPath);
    });
  return collect(stack, '');
}

describe('every route', () => {
  let app: Harness;
  let routes: readonly Route[];
  before(async () => {
    let express: unknown;
    app = await startApp({
      telephony: ({ server }) => {
        // The sockets' server hides the application behind a listener of its own later on.
        server.on('newListener', (event: string, listener: unknown) => {
          if (event === 'request' && typeof listener === 'function' && 'router' in listener) express ??= listener;
        });
        return { telephony: new FakeTelephony() };
      },
    });
    routes = routesOf(express as Express).filter(({ path }) => !PUBLIC.some((one) => one.test(path)));
  });
  after(() => app[Symbol.asyncDispose]());

  const ask = async (visitor: Visitor, { method, path }: Route): Promise<{ status: number; location: string }> => {
    const answer = method === 'get' ? await visitor.get(path) : await visitor.post(path);
    return { status: answer.status, location: answer.headers['location'] ?? '' };
  };

  it('is one of many', () => {
    assert.ok(routes.length > 80, `${String(routes.length)} routes`);
    for (const path of [
      '/admin/users',
      '/admin/audit',
      '/admin/association/synchronisation',
      '/customers/1',
      '/calls',
    ]) {
      assert.ok(
        routes.some((route) => route.path === path),
        path,
      );
    }
  });

  it('sends who is not signed in to the sign-in', async () => {
    const stranger = app.visitor();
    for (const route of routes) {
      const { status, location } = await ask(stranger, route);
      assert.deepEqual([status, location.split('?', 1)[0]], [303, '/sign-in'], `${route.method} ${route.path}`);
    }
  });

  it('refuses who is signed in and holds no permission', async () => {
    await app.aUser({ login: 'ninguem', permissions: [] });
    const nobody = await app.signIn('ninguem');
    for (const route of routes) {
      if (FOR_EVERYBODY.some((one) => one.test(route.path))) continue;
      const { status } = await ask(nobody, route);
      assert.equal(status, 403, `${route.method} ${route.path}`);
    }
  });
});
