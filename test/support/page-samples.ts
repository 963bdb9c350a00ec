/**
 * Every page of the application, once or in several states, as the demonstration's data fill it. A new view adds its line
 * here: it is then drawn in both languages by `views.test.ts` and looked at in a browser by `accessibility.test.ts`.
 */
export type SampleRole = 'administrator' | 'supervisor' | 'agent' | 'nobody';

export interface PageSample {
  /** The view that is drawn, below `views/`. */
  readonly view: string;
  /** Where it is; with `link`, the page whose first such link leads there. */
  readonly path: string;
  readonly link?: RegExp;
  /** Fields of the form that leads there; without them the page is simply opened. */
  readonly post?: Readonly<Record<string, string>>;
  readonly as: SampleRole;
  /** 200 where nothing else is said. */
  readonly status?: number;
}

const administrator = (view: string, path: string, more: Partial<PageSample> = {}): PageSample => ({
  view,
  path,
  as: 'administrator',
  ...more,
});

export const PAGE_SAMPLES: readonly PageSample[] = [
  { view: 'accounts/sign-in', path: '/sign-in', as: 'nobody' },
  {
    view: 'accounts/sign-in',
    path: '/sign-in',
    post: { login: 'ninguem', password: 'errada' },
    as: 'nobody',
    status: 422,
  },
  { view: 'errors/error', path: '/nowhere', as: 'nobody', status: 404 },
  { view: 'errors/error', path: '/nowhere', as: 'agent', status: 404 },
  { view: 'errors/error', path: '/admin/users', as: 'agent', status: 403 },
  administrator('home/index', '/'),
  { view: 'home/index', path: '/', as: 'agent' },
  administrator('home/admin', '/admin'),
  administrator('home/admin', '/admin?q=integracao'),
  administrator('home/admin', '/admin?q=xyz'),
  administrator('home/admin', '/admin/settings'),
  administrator('home/admin', '/admin/settings/unity'),
  administrator('home/admin', '/admin/people'),
  administrator('users/index', '/admin/users'),
  administrator('users/index', '/admin/users?q=xyz'),
  administrator('profiles/index', '/admin/profiles'),
  administrator('audit/index', '/admin/audit'),
  administrator('audit/index', '/admin/audit?q=xyz'),
  administrator('audit/index', '/admin/audit?from=x', { status: 422 }),
  { view: 'desk/index', path: '/desk', as: 'agent' },
  { view: 'calls/index', path: '/calls', as: 'supervisor' },
  { view: 'calls/index', path: '/calls?from=x', as: 'supervisor', status: 422 },
  { view: 'calls/show', path: '/calls', link: /href="(\/calls\/[^"?]+)"/, as: 'supervisor' },
  { view: 'callbacks/index', path: '/callbacks', as: 'supervisor' },
  { view: 'monitoring/index', path: '/monitoring', as: 'supervisor' },
  { view: 'monitoring/index', path: '/monitoring?tv=1', as: 'supervisor' },
  administrator('customer-phone/index', '/demo/phone'),
  administrator('exchange/index', '/admin/exchange/prompts'),
  administrator('exchange/edit', '/admin/exchange/prompts/new'),
  administrator('exchange/edit', '/admin/exchange/prompts', { post: { name: 'Fechado' }, status: 422 }),
];

/** Sign-ins of the demonstration. */
export const SAMPLE_LOGINS: Readonly<Record<Exclude<SampleRole, 'nobody'>, string>> = {
  administrator: 'admin',
  supervisor: 'helena.prado',
  agent: 'ana.souza',
};

/** Entries of the audit trail, which the demonstration has none of. Rows of `audit_entries`. */
export function auditRows(at: string): readonly Readonly<Record<string, string | number | null>>[] {
  const who = { at, user_id: 2, user_name: 'Helena Prado', address: '10.0.0.7' };
  const row = (
    action: string,
    [subject, id, name]: readonly [string, string | null, string],
    before: object | null,
    after: object | null,
  ): Readonly<Record<string, string | number | null>> => ({
    ...who,
    action,
    subject,
    subject_id: id,
    subject_name: name,
    before: before === null ? null : JSON.stringify(before),
    after: after === null ? null : JSON.stringify(after),
  });
  return [
    row(
      'changed',
      ['user', '4', 'Ana Souza'],
      { extension: '1001', isActive: true },
      { extension: null, isActive: false },
    ),
    row(
      'changed',
      ['profile', '2', 'Supervisor'],
      { permissions: ['reports', 'monitoring'] },
      { permissions: ['monitoring'] },
    ),
    row('deleted', ['queue', '99', 'Antiga'], { name: 'Antiga', unnamedField: 3 }, null),
    row('session-ended', ['session', null, 'Carla Menezes'], null, null),
  ];
}
