/**
 * Every page of the application, once or in several states, as the demonstration's data fill it. A new view adds its line
 * here: it is then drawn in both languages by `views.test.ts` and looked at in a browser by `accessibility.test.ts`.
 */
export type SampleRole = 'administrator' | 'supervisor' | 'agent' | 'nobody';

/** What a form posts; `{n}` in a value is a number that no other post has. */
export type SampleFields = Readonly<Record<string, string | readonly string[]>>;

let posts = 0;

/** The fields as a form sends them. */
export function toPosted(fields: SampleFields): readonly (readonly [name: string, value: string])[] {
  posts += 1;
  return Object.entries(fields).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value.replaceAll('{n}', String(posts))] as const),
  );
}

export interface PageSample {
  /** The view that is drawn, below `views/`. */
  readonly view: string;
  /** Where it is, or where `post` and `link` begin. */
  readonly path: string;
  /** Fields of the form that leads there; without them the page is simply opened. */
  readonly post?: SampleFields;
  /** Finds, on the page that is there now, the address that leads on. */
  readonly link?: RegExp;
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

/**
 * What the administrator does before the pages are looked at, for what the demonstration lacks: somebody new who has no
 * password, an exchange that has moved on, pauses it spells otherwise or does not know, a holiday.
 */
export const SAMPLE_PREPARATIONS: readonly { readonly path: string; readonly post: SampleFields }[] = [
  { path: '/attendances/2/reopen', post: { reason: 'Cliente retornou com o comprovante' } },
  { path: '/admin/users/new', post: { name: 'Otávio Reis', login: 'o.reis', profileId: '3', isActive: 'on' } },
  {
    path: '/admin/exchange/users/3',
    post: {
      version: '0',
      login: 'carla.menezes',
      name: 'Carla Menezes',
      locality: 'Campina Grande',
      extension: '1099',
      queueIds: ['2', '3'],
    },
  },
  { path: '/admin/exchange/users/delete', post: { ids: '12' } },
  { path: '/admin/exchange/queues', post: queue('Ouvidoria', '5009') },
  { path: '/admin/reasons', post: { name: 'Almoco', type: 'pause', timeLimit: '60' } },
  { path: '/admin/reasons', post: { name: 'Ginástica laboral', type: 'pause', timeLimit: '' } },
  { path: '/admin/reasons/delete', post: { ids: '2' } },
  { path: '/admin/holidays', post: { date: '2026-12-24', name: 'Véspera de Natal', kind: 'optional', yearly: 'on' } },
];
/** Somebody who is at work while the pages are looked at. */
export const SAMPLE_AT_WORK = { id: 5, login: 'bruno.lima' } as const;

function queue(name: string, number: string): SampleFields {
  return { name, number, strategy: 'ring-all', ringSeconds: '20', maxWaitSeconds: '300', memberIds: ['1', '3'] };
}

const IMPORT = [
  'nome;login;perfil;senha',
  'Paula Freitas;paula.{n};Atendente;x',
  'Rui Barros;rui.{n};Supervisor;x',
  'Sem Perfil;sem.perfil;Nenhum;x',
  'Ana Outra;ana.souza;Atendente;x',
].join('\n');
/** Settings of an exchange that nobody has tested. */
const UNTESTED = {
  platform: 'asterisk',
  version: '0',
  host: 'pbx.example.com',
  port: '5038',
  tls: 'on',
  tlsVerify: 'on',
  username: 'citrus',
  secret: 'segredo',
  softphoneUrl: 'wss://pbx.example.com:8089/ws',
  agentContext: 'citrus-agents',
  trunk: 'operadora',
};

/** Pages of the users' administration. */
const PEOPLE: readonly PageSample[] = [
  administrator('users/index', '/admin/users'),
  administrator('users/index', '/admin/users?q=xyz'),
  administrator('users/index', '/admin/users?state=active&profile=3&sort=login&order=desc'),
  administrator('users/new', '/admin/users/new'),
  administrator('users/new', '/admin/users/new', { post: { name: '', login: 'com espaço' }, status: 422 }),
  administrator('users/main-data', '/admin/users/1'),
  administrator('users/main-data', '/admin/users/4'),
  administrator('users/main-data', '/admin/users/16'),
  administrator('users/main-data', '/admin/users/2', {
    post: { name: '', login: 'ana.souza', profileId: '2', version: '0' },
    status: 422,
  }),
  administrator('users/service', '/admin/users/2/service'),
  administrator('users/service', '/admin/users/4/service'),
  administrator('users/delete', '/admin/users/delete?ids=4&ids=16'),
  administrator('users/delete', '/admin/users/delete', { post: { ids: ['1', '4'] }, status: 409 }),
  administrator('users/deactivate', '/admin/users/3/deactivate'),
  administrator('users/password', '/admin/users/2/password'),
  administrator('users/password', '/admin/users/4/password'),
  administrator('users/password', '/admin/users/2/password', {
    post: { password: 'curta', repeat: 'outra' },
    status: 422,
  }),
  administrator('users/password-link', '/admin/users/3/password-link', { post: {} }),
  administrator('accounts/password', '/admin/users/3/password-link', {
    post: {},
    link: /value="[^"]*(\/password\/[^"]+)"/,
  }),
  administrator('users/import', '/admin/users/import'),
  administrator('users/import', '/admin/users/import', { post: { text: '' }, status: 422 }),
  administrator('users/import-preview', '/admin/users/import', { post: { text: IMPORT } }),
  administrator('users/import-result', '/admin/users/import/confirm', { post: { text: IMPORT } }),
  administrator('users/import-links', '/admin/users/import/links', { post: { ids: '16' } }),
  administrator('users/import-links', '/admin/users/import/links', { post: { ids: '4' } }),
  administrator('profiles/index', '/admin/profiles'),
  administrator('profiles/index', '/admin/profiles?q=xyz'),
  administrator('profiles/form', '/admin/profiles/new'),
  administrator('profiles/form', '/admin/profiles/2'),
  administrator('profiles/form', '/admin/profiles', { post: { name: 'supervisor' }, status: 422 }),
  administrator('profiles/delete', '/admin/profiles/delete?ids=2&ids=3'),
  administrator('logged-in/index', '/admin/logged-in'),
  administrator('logged-in/index', '/admin/logged-in?q=xyz'),
  administrator('logged-in/end', '/admin/logged-in', { link: /href="(\/admin\/logged-in\/[^"]+\/end)"/ }),
];

const UNITY: readonly PageSample[] = [
  administrator('association/index', '/admin/association'),
  administrator('association/index', '/admin/association?q=xyz&show=free'),
  administrator('association/index', '/admin/association', { post: {}, status: 422 }),
  administrator('association/index', '/admin/association', {
    post: { ids: ['1', '16'], 'unity-1': 'ninguem', 'was-1': '', 'unity-16': '', 'was-16': '' },
    status: 422,
  }),
  administrator('association/confirm', '/admin/association', {
    post: { ids: '5', 'unity-5': 'otavio.reis', 'was-5': 'bruno.lima' },
  }),
  administrator('association/dissociate', '/admin/association/dissociation?ids=4,5,16'),
  administrator('association/dissociate', '/admin/association/dissociation/confirm', {
    post: { ids: '4', 'way-4': 'password', 'password-4': 'curta' },
    status: 422,
  }),
  administrator('association/synchronise', '/admin/association/synchronisation?ids=4,6,15,16'),
  administrator('association/synchronise', '/admin/association/synchronisation/apply', {
    post: { shown: ['6', '15'] },
    status: 422,
  }),
  administrator('integration/index', '/admin/settings/integration'),
  administrator('integration/index', '/admin/settings/integration', {
    post: { ...UNTESTED, host: 'http://x', port: '0', trunk: '' },
    status: 422,
  }),
  administrator('integration/index', '/admin/settings/integration/test', {
    post: { platform: 'exchange', version: '0' },
  }),
  administrator('integration/confirm', '/admin/settings/integration', { post: UNTESTED, status: 409 }),
  ...(['users', 'queues', 'localities', 'pause-reasons'] as const).flatMap((section) => [
    administrator('exchange/index', `/admin/exchange/${section}`),
    administrator('exchange/edit', `/admin/exchange/${section}/new`),
    administrator('exchange/edit', `/admin/exchange/${section}`, {
      link: new RegExp(`href="(/admin/exchange/${section}/[0-9]+)"`),
    }),
  ]),
  administrator('exchange/index', '/admin/exchange/users?q=xyz'),
  administrator('exchange/edit', '/admin/exchange/users', { post: { login: 'com espaço' }, status: 422 }),
  administrator('exchange/delete', '/admin/exchange/users/delete?ids=1&ids=2'),
  administrator('exchange/delete', '/admin/exchange/queues/delete?ids=1'),
];

const SERVICE: readonly PageSample[] = [
  administrator('reasons/index', '/admin/reasons'),
  administrator('reasons/index', '/admin/reasons?q=xyz'),
  administrator('reasons/index', '/admin/reasons?state=retired'),
  administrator('reasons/form', '/admin/reasons/new'),
  administrator('reasons/form', '/admin/reasons/1'),
  administrator('reasons/form', '/admin/reasons?q=almoco', {
    link: /"(\/admin\/reasons\/[0-9]+)">Almoco</,
  }),
  administrator('reasons/form', '/admin/reasons?state=retired', { link: /"(\/admin\/reasons\/[0-9]+)">/ }),
  administrator('reasons/form', '/admin/reasons', { post: { name: '', type: 'pause', timeLimit: 'x' }, status: 422 }),
  administrator('reasons/delete', '/admin/reasons/delete?ids=1&ids=8'),
  administrator('queues/index', '/admin/queues'),
  administrator('queues/edit', '/admin/queues/1'),
  administrator('queues/edit', '/admin/queues/2', {
    post: { version: '0', name: '', serviceLevelSeconds: 'x', wrapUp: 'timed', opening: 'weekly', hours1: '25-30' },
    status: 422,
  }),
  administrator('holidays/index', '/admin/holidays?year=2026'),
  administrator('holidays/index', '/admin/holidays?year=2001'),
  administrator('holidays/edit', '/admin/holidays/new'),
  administrator('holidays/edit', '/admin/holidays?year=2026', { link: /"(\/admin\/holidays\/[0-9]+)"/ }),
  administrator('holidays/edit', '/admin/holidays', { post: { date: 'x', name: '', kind: 'local' }, status: 422 }),
  administrator('holidays/national', '/admin/holidays/national?year=2026'),
  administrator('holidays/national', '/admin/holidays/national', { post: { year: '2026' }, status: 422 }),
  administrator('holidays/delete', '/admin/holidays/delete?ids=1'),
  administrator('audit/index', '/admin/audit'),
  administrator('audit/index', '/admin/audit?q=xyz'),
  administrator('audit/index', '/admin/audit?from=x', { status: 422 }),
];

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
  ...PEOPLE,
  ...UNITY,
  ...SERVICE,
  { view: 'accounts/password', path: '/password/nothing', as: 'nobody', status: 410 },
  { view: 'desk/index', path: '/desk', as: 'agent' },
  { view: 'calls/index', path: '/calls', as: 'supervisor' },
  { view: 'calls/index', path: '/calls?from=x', as: 'supervisor', status: 422 },
  administrator('customers/index', '/customers'),
  administrator('customers/index', '/customers?q=ninguém'),
  administrator('customers/new', '/customers/new'),
  administrator('customers/new', '/customers', { post: { name: '', document: '123', email: 'x' }, status: 422 }),
  administrator('customers/record', '/customers/1'),
  { view: 'customers/record', path: '/customers/2', as: 'agent' },
  administrator('customers/delete', '/customers/delete?id=1&id=2'),
  administrator('customers/merge-search', '/customers/1/merge'),
  administrator('customers/merge', '/customers/1/merge?with=2'),
  { view: 'calls/show', path: '/calls', link: /href="(\/calls\/[^"?]+)"/, as: 'supervisor' },
  administrator('recordings/settings', '/admin/settings/recordings'),
  { view: 'attendances/index', path: '/attendances', as: 'supervisor' },
  { view: 'attendances/index', path: '/attendances?protocol=1&from=x', as: 'supervisor', status: 422 },
  { view: 'attendances/index', path: '/attendances?customer=ninguém', as: 'agent' },
  { view: 'attendances/record', path: '/attendances/1', as: 'agent' },
  { view: 'attendances/record', path: '/attendances/1/reopen', as: 'supervisor', post: { reason: '' }, status: 422 },
  { view: 'attendances/record', path: '/attendances/2', as: 'supervisor' },
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
