import { Router, type Request, type Response } from 'express';
import { DomainError } from '../../platform/errors.js';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { idOf } from '../../platform/http/form-fields.js';
import { submitForm, theirsOf, type FieldErrors, type FormValues, type RefusedForm } from '../../platform/http/form.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { translateOf } from '../../platform/http/locals.js';
import { overtakenBy, type Overtaken } from '../../platform/http/overtaken.js';
import { renderPage } from '../../platform/http/pages.js';
import { type AuditTrail } from '../audit/index.js';
import { type Profile, type ProfileListItem, type ProfileUsers } from './profile.domain.js';
import { permissionTabs, type PermissionTab } from './profile-page.domain.js';
import { newProfileForm, newProfileQuery, profileForm, profileListQuery, tickedRows } from './profile.schema.js';
import { type Profiles } from './profile.service.js';

interface ProfilePage {
  /** Null for a new one. */
  readonly id: number | null;
  readonly title: string;
  readonly name: string;
  readonly version: number;
  readonly tabs: readonly PermissionTab[];
  readonly errors: FieldErrors;
  readonly theirs: Readonly<Record<string, string>>;
  readonly overtaken: Overtaken | null;
  /** Null for a new one. */
  readonly users: ProfileUsers | null;
  readonly may: { readonly save: boolean; readonly copy: boolean; readonly remove: boolean; readonly users: boolean };
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'profiles/index': {
      readonly profiles: readonly ProfileListItem[];
      readonly q: string;
      readonly may: { readonly create: boolean; readonly remove: boolean };
    };
    'profiles/form': ProfilePage;
    'profiles/delete': { readonly profiles: readonly ProfileListItem[]; readonly errors: FieldErrors };
  }
}

export interface ProfileRouterDeps {
  readonly profiles: Profiles;
  readonly audit: Pick<AuditTrail, 'last'>;
  /** IANA name; times are shown in it. */
  readonly timeZone: string;
}

const HOME = '/admin/profiles';

/** "Perfis": the list, each profile with its permissions, new ones and copies. To be mounted at `/admin/profiles`. */
export function createProfileRouter(deps: ProfileRouterDeps): Router {
  const { profiles, audit, timeZone } = deps;
  const router = Router();

  router.get('/', requirePermission('profiles.list'), async (req, res) => {
    const { q } = profileListQuery.parse(req.query);
    const { permissions } = requireViewer(req);
    const may = { create: permissions.has('profiles.create'), remove: permissions.has('profiles.delete') };
    renderPage(res, 'profiles/index', { profiles: await profiles.list(q), q, may });
  });

  router.get('/new', requirePermission('profiles.create'), async (req, res) => {
    const { from } = newProfileQuery.parse(req.query);
    const source = from === null ? null : await profiles.find(from);
    if (from !== null && source === null) throw new DomainError('not-found', 'errors:no-such-record');
    const name = source === null ? '' : translateOf(res)('profiles:copy-of', { name: source.name }).slice(0, 60);
    renderPage(res, 'profiles/form', {
      ...blankPage(req, res),
      name,
      tabs: permissionTabs(source?.permissions ?? new Set(), null, translateOf(res)),
    });
  });

  router.post('/', requirePermission('profiles.create'), async (req, res) => {
    const result = await submitForm(res, newProfileForm, req.body, (form) => profiles.create(form, actorOf(req)));
    if (!result.ok) {
      renderPage(res, 'profiles/form', { ...blankPage(req, res), ...typedPage(res, result, null) }, result.status);
      return;
    }
    const { id, name } = result.value;
    await flash(req, 'success', 'profiles:created', { name });
    res.redirect(303, `${HOME}/${String(id)}`);
  });

  router.get('/delete', requirePermission('profiles.delete'), async (req, res) => {
    const { ids } = tickedRows.parse(req.query);
    const found = await profiles.findAll(ids);
    if (found.length === 0) {
      await flash(req, 'warning', 'profiles:none-ticked');
      res.redirect(303, HOME);
      return;
    }
    renderPage(res, 'profiles/delete', { profiles: found, errors: {} });
  });

  router.post('/delete', requirePermission('profiles.delete'), async (req, res) => {
    const { ids } = tickedRows.parse(req.body);
    const result = await submitForm(res, tickedRows, req.body, (form) => profiles.remove(form.ids, actorOf(req)));
    if (!result.ok) {
      const model = { profiles: await profiles.findAll(ids), errors: result.errors };
      renderPage(res, 'profiles/delete', model, result.status);
      return;
    }
    if (result.value === 0) await flash(req, 'warning', 'profiles:none-ticked');
    else await flash(req, 'success', 'profiles:deleted', { count: result.value });
    res.redirect(303, HOME);
  });

  router.get('/:id', requirePermission('profiles.list'), async (req, res) => {
    const profile = await existing(idOf(req));
    renderPage(res, 'profiles/form', await profilePage(req, res, profile));
  });

  router.post('/:id', requirePermission('profiles.edit'), async (req, res) => {
    const id = idOf(req);
    const profile = await existing(id);
    const result = await submitForm(res, profileForm, req.body, ({ version, ...draft }) =>
      profiles.change({ id, version }, draft, actorOf(req)),
    );
    if (!result.ok) {
      // Read again: what was there before is what the form was overtaken by.
      const current = result.stale ? await existing(id) : profile;
      const page = { ...(await profilePage(req, res, current)), ...typedPage(res, result, current) };
      const overtaken = result.stale ? await overtakenBy(audit, 'profile', id, res, timeZone) : null;
      renderPage(res, 'profiles/form', { ...page, overtaken }, result.status);
      return;
    }
    await flash(req, 'success', 'common:saved', { name: (await existing(id)).name });
    res.redirect(303, `${HOME}/${String(id)}`);
  });

  async function existing(id: number): Promise<Profile> {
    const profile = await profiles.find(id);
    if (profile === null) throw new DomainError('not-found', 'errors:no-such-record');
    return profile;
  }

  async function profilePage(req: Request, res: Response, profile: Profile): Promise<ProfilePage> {
    const { permissions } = requireViewer(req);
    return {
      ...blankPage(req, res),
      id: profile.id,
      title: profile.name,
      name: profile.name,
      version: profile.version,
      tabs: permissionTabs(profile.permissions, null, translateOf(res)),
      users: await profiles.usersOf(profile.id),
      may: {
        save: permissions.has('profiles.edit'),
        copy: permissions.has('profiles.create'),
        remove: permissions.has('profiles.delete'),
        users: permissions.has('users.list'),
      },
    };
  }

  return router;
}

function blankPage(req: Request, res: Response): ProfilePage {
  const t = translateOf(res);
  return {
    id: null,
    title: t('profiles:new-title'),
    name: '',
    version: 0,
    tabs: permissionTabs(new Set(), null, t),
    errors: {},
    theirs: {},
    overtaken: null,
    users: null,
    may: { save: requireViewer(req).permissions.has('profiles.create'), copy: false, remove: false, users: false },
  };
}

/** What a refused form shows: all that was typed, and beside it what is stored now if it was overtaken. */
function typedPage(
  res: Response,
  { values, errors, stale }: RefusedForm,
  current: Profile | null,
): Pick<ProfilePage, 'name' | 'version' | 'tabs' | 'errors' | 'theirs'> {
  const overtaker = stale ? current : null;
  return {
    name: textOf(values, 'name'),
    // After an overtaken form the next save is meant for what it shows; any other refusal changes nothing of that.
    version: stale ? (current?.version ?? 0) : Number(textOf(values, 'version')) || 0,
    tabs: permissionTabs(new Set(listOf(values, 'permissions')), overtaker?.permissions ?? null, translateOf(res)),
    errors,
    theirs: overtaker === null ? {} : theirsOf({ name: overtaker.name }, values),
  };
}

function textOf(values: FormValues, field: string): string {
  const value = values[field];
  return typeof value === 'string' ? value : '';
}

function listOf(values: FormValues, field: string): readonly string[] {
  const value = values[field];
  if (Array.isArray(value)) return value.filter((each): each is string => typeof each === 'string');
  return typeof value === 'string' ? [value] : [];
}
