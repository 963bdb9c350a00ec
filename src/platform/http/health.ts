import { Router } from 'express';

/** A part that the application cannot work without. Settles with whether it answers; rejecting means it does not. */
export type HealthCheck = () => Promise<boolean> | boolean;

const LIMIT_MS = 2000;

/** `/healthz`: the process runs. `/readyz`: what it needs answers, each part by its name. */
export function createHealthRouter(checks: Readonly<Record<string, HealthCheck>>): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const names = Object.keys(checks);
    const results = await Promise.all(names.map((name) => answers(checks[name])));
    const ready = results.every(Boolean);
    res
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({
        status: ready ? 'ready' : 'not ready',
        checks: Object.fromEntries(names.map((name, index) => [name, results[index] === true ? 'ok' : 'failed'])),
      });
  });
  return router;
}

async function answers(check: HealthCheck | undefined): Promise<boolean> {
  if (check === undefined) return true;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, LIMIT_MS, false).unref();
  });
  try {
    return await Promise.race([Promise.resolve(check()), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
