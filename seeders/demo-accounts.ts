import { DEMO_PASSWORD, type DemoSignIn } from '../src/modules/accounts/demo-passwords.domain.js';
import { PERMISSION_GROUPS, PERMISSIONS, type Permission } from '../src/shared/permissions.js';

export { DEMO_PASSWORD };

export type DemoRole = DemoSignIn['role'];
export type DemoQueueName = 'Suporte' | 'Vendas' | 'Financeiro';
export type DemoShift = 'morning' | 'afternoon';

/** A profile, and who holds it. Ids are chosen: the database is empty when they are stored. */
export const DEMO_PROFILES: readonly {
  readonly id: number;
  readonly role: DemoRole;
  readonly name: string;
  readonly permissions: readonly Permission[];
}[] = [
  { id: 1, role: 'administrator', name: 'Administrador', permissions: PERMISSIONS },
  {
    id: 2,
    role: 'supervisor',
    name: 'Supervisor',
    permissions: [
      ...PERMISSION_GROUPS.supervision,
      'users.list',
      'users.logged-in',
      'reasons.list',
      'customers.list',
      'customers.edit',
      'attendances.list',
      'attendances.edit',
      'attendances.confidential',
      'callbacks.list',
      'callbacks.edit',
      'callbacks.delete',
      'calls.list',
      'recordings.listen',
    ],
  },
  {
    id: 3,
    role: 'agent',
    name: 'Atendente',
    permissions: [
      'voice.desk',
      'voice.outbound',
      'customers.list',
      'customers.create',
      'customers.edit',
      'attendances.list',
      'attendances.create',
      'callbacks.schedule',
      'callbacks.list',
    ],
  },
];

export interface DemoAgent {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly extension: string;
  readonly locality: string;
  readonly queues: readonly DemoQueueName[];
  readonly shift: DemoShift;
}

/** They sign in with a password of their own. */
export const DEMO_STAFF: readonly {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly role: DemoRole;
}[] = [
  { id: 1, login: 'admin', name: 'Administração', role: 'administrator' },
  { id: 2, login: 'helena.prado', name: 'Helena Prado', role: 'supervisor' },
  { id: 3, login: 'marcos.teles', name: 'Marcos Teles', role: 'supervisor' },
];

const agent = (
  id: number,
  login: string,
  name: string,
  shift: DemoShift,
  queues: readonly DemoQueueName[],
  locality = 'João Pessoa',
): DemoAgent => ({ id, login, name, extension: String(997 + id), locality, queues, shift });

/** Associated with the exchange: they sign in with its password, and their extension and queues are the exchange's. */
export const DEMO_AGENTS: readonly DemoAgent[] = [
  agent(4, 'ana.souza', 'Ana Souza', 'morning', ['Suporte', 'Vendas', 'Financeiro']),
  agent(5, 'bruno.lima', 'Bruno Lima', 'morning', ['Suporte', 'Vendas']),
  agent(6, 'carla.menezes', 'Carla Menezes', 'morning', ['Suporte']),
  agent(7, 'diego.farias', 'Diego Farias', 'morning', ['Vendas', 'Financeiro']),
  agent(8, 'erica.conceicao', 'Érica Conceição', 'morning', ['Financeiro', 'Suporte']),
  agent(9, 'fabio.nogueira', 'Fábio Nogueira', 'morning', ['Suporte', 'Vendas'], 'Campina Grande'),
  agent(10, 'gabriela.torres', 'Gabriela Torres', 'afternoon', ['Suporte', 'Vendas', 'Financeiro']),
  agent(11, 'hugo.batista', 'Hugo Batista', 'afternoon', ['Suporte']),
  agent(12, 'isabela.rocha', 'Isabela Rocha', 'afternoon', ['Suporte', 'Vendas']),
  agent(13, 'joao.albuquerque', 'João Victor Albuquerque', 'afternoon', ['Vendas', 'Financeiro'], 'Campina Grande'),
  agent(14, 'karina.dantas', 'Karina Dantas', 'afternoon', ['Financeiro', 'Suporte'], 'Campina Grande'),
  agent(15, 'leonardo.pires', 'Leonardo Pires', 'afternoon', ['Suporte', 'Vendas'], 'Campina Grande'),
];

/** Known to the exchange and nobody of ours yet, so that there is somebody to associate. */
export const DEMO_EXCHANGE_ONLY: readonly Omit<DemoAgent, 'id' | 'shift'>[] = [
  { login: 'otavio.reis', name: 'Otávio Reis', extension: '1013', locality: 'João Pessoa', queues: ['Suporte'] },
  { login: 'patricia.luna', name: 'Patrícia Luna', extension: '1014', locality: 'João Pessoa', queues: ['Vendas'] },
];

/** Everyone who can sign in, for the sign-in page of a demonstration. */
export const DEMO_SIGN_INS: readonly DemoSignIn[] = [
  ...DEMO_STAFF.map(({ login, name, role }) => ({ login, name, role, password: DEMO_PASSWORD })),
  ...DEMO_AGENTS.map(({ login, name }) => ({ login, name, role: 'agent' as const, password: DEMO_PASSWORD })),
];
