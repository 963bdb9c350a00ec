import { Router, type Request, type Response } from 'express';
import { flash } from '../../platform/http/flash.js';
import { idOf } from '../../platform/http/form-fields.js';
import { submitForm, theirsOf, type FieldErrors, type FormValues, type RefusedForm } from '../../platform/http/form.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { localsOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { formatTime } from '../../shared/format.js';
import { type AuditTrail } from '../audit/index.js';
import { type User } from './user.domain.js';
import { associatedMainDataForm, mainDataForm, newUserForm, serviceDataForm } from './user.schema.js';
import { administratorOf, type Choice } from './user.routes.js';
import { type Users } from './user.service.js';

/** Who saved while somebody else was editing; see the partial `form-problems`. */
type Overtaken = { readonly name: string | null; readonly time: string | null } | null;

interface FormModel {
  readonly values: FormValues;
  readonly errors: FieldErrors;
  readonly theirs: Readonly<Record<string, string>>;
  readonly overtaken: Overtaken;
}

interface UserMay {
  readonly edit: boolean;
  readonly associate: boolean;
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'users/new': Pick<FormModel, 'values' | 'errors'> & { readonly profiles: readonly Choice[] };
    'users/main-data': FormModel & {
      readonly user: User;
      readonly profiles: readonly Choice[];
      readonly may: UserMay;
      readonly isSelf: boolean;
    };
    'users/service': FormModel & {
      readonly user: User;
      readonly queues: readonly (Choice & { readonly isTicked: boolean })[];
      readonly may: UserMay;
      readonly isSelf: boolean;
    };
  }
}

export interface UserFormRouterDeps {
  readonly users: Users;
  readonly profiles: () => Promise<readonly Choice[]>;
  /** Every voice queue in use, by name. */
  readonly queues: () => Promise<readonly Choice[]>;
  readonly audit: Pick<AuditTrail, 'last'>;
  readonly hash: (password: string) => Promise<string>;
  readonly timeZone: string;
}

const CLEAN: Omit<FormModel, 'values'> = { errors: {}, theirs: {}, overtaken: null };

/** One user: "Dados principais" and "Atendimento", and a new one. To be mounted at `/admin/users`. */
export function createUserFormRouter(deps: UserFormRouterDeps): Router {
  const { users } = deps;
  const router = Router();

  const renderNew = async (res: Response, form: Pick<FormModel, 'values' | 'errors'>, status = 200): Promise<void> => {
    // Not even a refused password goes back to the browser.
    const values = { ...form.values, password: '' };
    renderPage(res, 'users/new', { values, errors: form.errors, profiles: await deps.profiles() }, status);
  };

  const renderMainData = async (
    req: Request,
    res: Response,
    user: User,
    form: FormModel,
    status = 200,
  ): Promise<void> => {
    const profiles = await deps.profiles();
    renderPage(res, 'users/main-data', { ...form, user, profiles, ...viewOf(req, user) }, status);
  };

  const renderService = async (
    req: Request,
    res: Response,
    user: User,
    form: FormModel,
    status = 200,
  ): Promise<void> => {
    const ticked = new Set([form.values['queues'] ?? []].flat().map(String));
    const queues = (await deps.queues()).map((queue) => ({ ...queue, isTicked: ticked.has(String(queue.id)) }));
    renderPage(res, 'users/service', { ...form, user, queues, ...viewOf(req, user) }, status);
  };

  const overtakenBy = async (res: Response, id: number): Promise<Overtaken> => {
    const last = await deps.audit.last('user', id);
    if (last === null) return { name: null, time: null };
    return { name: last.actor.name, time: formatTime(last.at.getTime(), localsOf(res).locale, deps.timeZone) };
  };

  /** What a refused form shows; one that was overtaken carries the version it would now replace. */
  const refusedModel = async (
    res: Response,
    form: RefusedForm,
    id: number,
    current: FormValues,
  ): Promise<FormModel> => ({
    values: form.stale ? { ...form.values, version: current['version'] } : form.values,
    errors: form.errors,
    theirs: form.stale ? theirsOf(current, { ...form.values, version: current['version'] }) : {},
    overtaken: form.stale ? await overtakenBy(res, id) : null,
  });

  router.get('/new', requirePermission('users.create'), async (_req, res) => {
    await renderNew(res, { values: { isActive: 'on' }, errors: {} });
  });

  router.post('/new', requirePermission('users.create'), async (req, res) => {
    const form = await submitForm(res, newUserForm, req.body, async ({ password, ...draft }) =>
      users.createFor(administratorOf(req), {
        ...draft,
        passwordHash: password === '' ? null : await deps.hash(password),
      }),
    );
    if (!form.ok) {
      await renderNew(res, form, form.status);
      return;
    }
    await flash(req, 'success', 'common:saved', { name: form.value.name });
    res.redirect(303, `/admin/users/${form.value.id}`);
  });

  router.get('/:id', requirePermission('users.list'), async (req, res) => {
    const user = await users.require(idOf(req));
    await renderMainData(req, res, user, { ...CLEAN, values: mainFields(user) });
  });

  router.post('/:id', requirePermission('users.edit'), async (req, res) => {
    const id = idOf(req);
    const user = await users.require(id);
    const schema = user.exchangeLogin === null ? mainDataForm : associatedMainDataForm;
    const form = await submitForm(res, schema, req.body, ({ version, ...data }) =>
      users.changeMainData(administratorOf(req), { id, version }, data),
    );
    if (form.ok) {
      await flash(req, 'success', 'common:saved', { name: form.value.name });
      res.redirect(303, `/admin/users/${id}`);
      return;
    }
    const current = await users.require(id);
    await renderMainData(req, res, current, await refusedModel(res, form, id, mainFields(current)), form.status);
  });

  router.get('/:id/service', requirePermission('users.list'), async (req, res) => {
    const user = await users.require(idOf(req));
    const values = serviceFields(user, await users.queueIdsOf(user.id));
    await renderService(req, res, user, { ...CLEAN, values });
  });

  router.post('/:id/service', requirePermission('users.edit'), async (req, res) => {
    const id = idOf(req);
    await users.require(id);
    const known = new Set((await deps.queues()).map((queue) => queue.id));
    const form = await submitForm(res, serviceDataForm, req.body, ({ version, locality, extension, queues }) => {
      const queueIds = queues.filter((queueId) => known.has(queueId));
      return users.changeServiceData(administratorOf(req), { id, version }, { locality, extension, queueIds });
    });
    const current = await users.require(id);
    if (form.ok) {
      await flash(req, 'success', 'common:saved', { name: current.name });
      res.redirect(303, `/admin/users/${id}/service`);
      return;
    }
    const queueIds = await users.queueIdsOf(id);
    const model = await refusedModel(res, form, id, serviceFields(current, queueIds));
    // The differing queues are said by their names.
    const names = new Map((await deps.queues()).map((queue) => [queue.id, queue.name]));
    const theirs =
      'queues' in model.theirs
        ? { ...model.theirs, queues: queueIds.map((queueId) => names.get(queueId) ?? '').join(', ') }
        : model.theirs;
    await renderService(req, res, current, { ...model, theirs }, form.status);
  });

  return router;
}

function viewOf(req: Request, user: User): { readonly may: UserMay; readonly isSelf: boolean } {
  const { permissions, userId } = requireViewer(req);
  return {
    may: { edit: permissions.has('users.edit'), associate: permissions.has('unity.associate') },
    isSelf: user.id === userId,
  };
}

/** The fields of "Dados principais" as they are drawn from what is stored. */
function mainFields(user: User): FormValues {
  const { name, login, profileId, locale, version, exchangeLogin } = user;
  return {
    name,
    // While associated the exchange's login is shown instead, and is not the form's to change.
    ...(exchangeLogin === null ? { login } : {}),
    profileId: String(profileId),
    locale: locale ?? '',
    version: String(version),
  };
}

function serviceFields(user: User, queueIds: readonly number[]): FormValues {
  return {
    locality: user.locality ?? '',
    extension: user.extension ?? '',
    queues: queueIds.map(String),
    version: String(user.version),
  };
}
