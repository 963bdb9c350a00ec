import express, { Router, type Request, type RequestHandler, type Response } from 'express';
import { DomainError } from '../../platform/errors.js';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { idOf } from '../../platform/http/form-fields.js';
import { submitForm, type RefusedForm } from '../../platform/http/form.js';
import { requirePermission } from '../../platform/http/guards.js';
import { translateOf } from '../../platform/http/locals.js';
import { readPromptFile } from '../telephony/exchange/prompt-address.js';
import { type ServedAudio } from './exchange-admin.port.js';
import { promptFileUpload, promptUpload } from './exchange-admin.schema.js';
import { type ExchangeAdmin } from './exchange-admin.service.js';
import { MAX_PROMPT_BYTES } from './prompt-audio.domain.js';

const HOME = '/admin/exchange/prompts';
const UPLOAD_TYPE = 'application/octet-stream';
const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * What is different about recordings: they are listened to, and come as the whole body of a request of the page's script,
 * with the form's other fields in its address. To be mounted before the pages that they share with the other tabs.
 *
 * An upload is answered with `{ location }` to go to, or `{ errors }` with a sentence for each field.
 */
export function createPromptRouter(admin: ExchangeAdmin): Router {
  const router = Router();
  const { prompts } = admin.sections;

  router.get('/:id/audio', requirePermission('exchange.list'), async (req, res) => {
    send(res, await prompts.audioOf(idOf(req)));
  });

  router.post('/', requirePermission('exchange.edit'), onlyUploads, readFile, async (req, res) => {
    const form = { name: req.query['name'], file: req.body as unknown };
    const result = await submitForm(res, promptUpload, form, async (upload) => {
      await admin.createPrompt(upload, actorOf(req));
      return upload.name;
    });
    if (result.ok) await saved(req, res, result.value);
    else refuse(res, result);
  });

  router.post(
    '/:id/file',
    requirePermission('exchange.edit'),
    async (req, _res, next) => {
      await requirePrompt(admin, idOf(req));
      next();
    },
    readFile,
    async (req, res) => {
      const { id, name } = await requirePrompt(admin, idOf(req));
      const form = { version: req.query['version'], file: req.body as unknown };
      const result = await submitForm(res, promptFileUpload, form, ({ version, file }) =>
        admin.replacePromptAudio({ id, version }, file, actorOf(req)),
      );
      if (result.ok) await saved(req, res, name);
      else refuse(res, result);
    },
  );
  return router;
}

/** Recordings for the phones of callers, who have no account: whoever was told the address may fetch it. */
export function createPromptAudioRouter(admin: ExchangeAdmin): Router {
  const router = Router();
  router.get('/:file', async (req, res) => {
    const token = readPromptFile(req.params.file);
    const audio = token === null ? null : await admin.sections.prompts.audioOfToken(token);
    // What is at such an address never changes; it only goes.
    if (audio !== null) res.set('Cache-Control', `private, max-age=${String(YEAR_SECONDS)}, immutable`);
    send(res, audio);
  });
  return router;
}

const raw: RequestHandler = express.raw({ type: UPLOAD_TYPE, limit: MAX_PROMPT_BYTES });

const readFile: RequestHandler = (req, res, next) => {
  raw(req, res, (error?: unknown) => {
    if (!(error instanceof Error && 'status' in error && error.status === 413)) {
      next(error);
      return;
    }
    res.status(413).json({ errors: { file: [translateOf(res)('exchange-admin:error.file-too-large')] } });
  });
};

/** A form posted without a script is refused, with a sentence, by the pages of all tabs. */
const onlyUploads: RequestHandler = (req, _res, next) => {
  if (req.is(UPLOAD_TYPE) === false) next('route');
  else next();
};

async function requirePrompt(
  admin: ExchangeAdmin,
  id: number,
): Promise<{ readonly id: number; readonly name: string }> {
  const prompt = await admin.sections.prompts.find(id);
  if (prompt === null) throw new DomainError('not-found', 'errors:no-such-record');
  return prompt;
}

async function saved(req: Request, res: Response, name: string): Promise<void> {
  await flash(req, 'success', 'common:saved', { name });
  res.json({ location: HOME });
}

function refuse(res: Response, { status, errors, stale }: RefusedForm): void {
  const overtaken = { '': [translateOf(res)('exchange-admin:error.prompt-overtaken')] };
  res.status(status).json({ errors: stale ? overtaken : errors });
}

function send(res: Response, audio: ServedAudio | null): void {
  if (audio === null) throw new DomainError('not-found', 'errors:no-such-record');
  res.set({ 'Content-Type': audio.contentType, 'Accept-Ranges': 'none' }).send(audio.bytes);
}
