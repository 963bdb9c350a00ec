import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { actorOf } from '../../platform/http/actor.js';
import { submitForm, type FieldErrors } from '../../platform/http/form.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { translateOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { type PasswordLinks } from '../accounts/password-links.service.js';
import { importTemplate, toCsv } from './user-csv.js';
import { type ImportProblem, type ImportRow, type PlannedLine } from './user-import.domain.js';
import { type FailedLine, type ImportedUser, type UserImport } from './user-import.service.js';
import { administratorOf, type Choice } from './user.routes.js';
import { type Users } from './user.service.js';

/** A line as the page shows it: everything is text. */
interface ShownLine {
  readonly line: number;
  readonly name: string;
  readonly login: string;
  readonly profile: string;
  readonly problems: readonly { readonly field: string; readonly text: string }[];
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'users/import': { readonly text: string; readonly errors: FieldErrors; readonly maxBytes: number };
    'users/import-preview': {
      readonly text: string;
      readonly good: readonly ShownLine[];
      readonly bad: readonly ShownLine[];
      readonly goodCount: number;
      readonly badCount: number;
      readonly ignored: readonly string[];
    };
    'users/import-result': {
      readonly created: readonly ImportedUser[];
      readonly createdCount: number;
      readonly failed: readonly ShownLine[];
      readonly failedCount: number;
      readonly ids: string;
      readonly mayLink: boolean;
    };
    'users/import-links': { readonly csv: string; readonly until: string };
  }
}

export interface UserImportRouterDeps {
  readonly users: Users;
  readonly imports: UserImport;
  readonly links: Pick<PasswordLinks, 'issueToNewcomers'>;
  readonly profiles: () => Promise<readonly Choice[]>;
  readonly urlOf: (req: Request, path: string) => string;
  /** When a link made now ends, in words. */
  readonly linkEnd: (res: Response) => string;
}

/** A file of this size, with its separators escaped by the form, is within what the server takes; see `createWeb`. */
const MAX_BYTES = 1_000_000;
const MOST_BAD_SHOWN = 500;
const MOST_GOOD_SHOWN = 50;

const importForm = z.object({
  text: z
    .string({ error: 'users:import-error-empty' satisfies MessageKey })
    .min(1, 'users:import-error-empty' satisfies MessageKey)
    .max(MAX_BYTES, 'users:import-too-large' satisfies MessageKey),
});
const linksForm = z.object({
  ids: z.string().transform((text) =>
    text
      .split(',')
      .map(Number)
      .filter((id) => Number.isInteger(id) && id > 0),
  ),
});

/** "Importar": preview, confirmation, links for those created. To be mounted at `/admin/users/import`. */
export function createUserImportRouter(deps: UserImportRouterDeps): Router {
  const { imports } = deps;
  const router = Router();
  const renderForm = (res: Response, text: string, errors: FieldErrors, status = 200): void => {
    renderPage(res, 'users/import', { text, errors, maxBytes: MAX_BYTES }, status);
  };

  router.get('/', requirePermission('users.create'), (_req, res) => {
    renderForm(res, '', {});
  });

  router.get('/template.csv', requirePermission('users.create'), async (_req, res) => {
    const [first] = await deps.profiles();
    res
      .attachment('usuarios.csv')
      .type('text/csv; charset=utf-8')
      .send(importTemplate(first?.name ?? ''));
  });

  router.post('/', requirePermission('users.create'), async (req, res) => {
    const form = await submitForm(res, importForm, req.body, async ({ text }) => ({
      text,
      ...(await imports.preview(administratorOf(req), text)),
    }));
    if (!form.ok) {
      renderForm(res, textOf(form.values), form.errors, form.status);
      return;
    }
    const { text, lines, ignored } = form.value;
    const good = lines.filter(({ draft }) => draft !== null);
    const bad = lines.filter(({ draft }) => draft === null);
    const show = (line: PlannedLine): ShownLine => toShown(res, line.row, line.problems);
    renderPage(res, 'users/import-preview', {
      text,
      good: good.slice(0, MOST_GOOD_SHOWN).map(show),
      bad: bad.slice(0, MOST_BAD_SHOWN).map(show),
      goodCount: good.length,
      badCount: bad.length,
      ignored,
    });
  });

  router.post('/confirm', requirePermission('users.create'), async (req, res) => {
    const form = await submitForm(res, importForm, req.body, ({ text }) => imports.apply(administratorOf(req), text));
    if (!form.ok) {
      renderForm(res, textOf(form.values), form.errors, form.status);
      return;
    }
    const { created, failed } = form.value;
    renderPage(res, 'users/import-result', {
      created: created.slice(0, MOST_GOOD_SHOWN),
      createdCount: created.length,
      failed: failed.slice(0, MOST_BAD_SHOWN).map((line: FailedLine) => toShown(res, line.row, line.problems)),
      failedCount: failed.length,
      ids: created.map(({ id }) => id).join(','),
      mayLink: requireViewer(req).permissions.has('users.edit'),
    });
  });

  router.post('/links', requirePermission('users.edit'), async (req, res) => {
    const { ids } = linksForm.parse(req.body ?? {});
    const by = administratorOf(req);
    const users = await deps.users.findAll(ids);
    const profileIds = [...new Set(users.map(({ profileId }) => profileId))];
    const reached = new Set<number>();
    for (const profileId of profileIds) if (await deps.users.reaches(by, { profileId })) reached.add(profileId);
    const links = await deps.links.issueToNewcomers(
      users.filter(({ profileId }) => reached.has(profileId)).map(({ id }) => id),
      actorOf(req),
    );
    const t = translateOf(res);
    const heading = [t('users:import-field-name'), t('users:import-field-login'), t('users:link-label')];
    const rows = links.map(({ name, login, path }) => [name, login, deps.urlOf(req, path)]);
    renderPage(res, 'users/import-links', {
      csv: rows.length === 0 ? '' : toCsv([heading, ...rows]),
      until: deps.linkEnd(res),
    });
  });

  return router;
}

/** What was pasted, for the form that refuses it; what is far too much is not sent back and forth. */
function textOf(values: Readonly<Record<string, unknown>>): string {
  const { text } = values;
  return typeof text === 'string' ? text.slice(0, MAX_BYTES) : '';
}

function toShown(
  res: Response,
  row: Pick<ImportRow, 'line' | 'name' | 'login' | 'profile'>,
  problems: readonly ImportProblem[],
): ShownLine {
  const t = translateOf(res);
  return {
    line: row.line,
    name: row.name,
    login: row.login,
    profile: row.profile,
    problems: problems.map(({ field, key, params }) => ({
      field: t(`users:import-field-${field}`),
      text: t(key, params),
    })),
  };
}
