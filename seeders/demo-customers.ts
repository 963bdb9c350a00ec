import { cnpjOf, cpfOf } from './brazilian-documents.js';

export interface DemoCustomer {
  readonly id: number;
  readonly name: string;
  /** CPF or CNPJ with valid check digits, of no real person: the digits before them were counted up. */
  readonly document: string;
  readonly email: string;
  readonly notes: string | null;
  /** E.164; the first is the one they call from. */
  readonly numbers: readonly [string, ...string[]];
}

const PEOPLE = [
  'Adriana Vasconcelos',
  'Antônio Carlos Figueiredo',
  'Beatriz Nunes',
  'Benedito Siqueira',
  'Camila Rezende',
  'Cláudio Montenegro',
  'Daniela Cavalcanti',
  'Eduardo Queiroz',
  'Elisângela Barros',
  'Flávia Medeiros',
  'Francisco das Chagas Melo',
  'Geraldo Peixoto',
  'Heloísa Antunes',
  'Igor Sampaio',
  'Jandira Holanda',
  'José Ribamar Coelho',
  'Juliana Paiva',
  'Luciana Bezerra',
  'Maria das Graças Pereira',
  'Mateus Arruda',
  'Natália Guerra',
  'Osvaldo Trigueiro',
  'Priscila Amorim',
  'Raimundo Nonato Vieira',
  'Sílvia Camargo',
  'Thiago Evangelista',
] as const;
const COMPANIES = [
  'Padaria Pão da Serra Ltda.',
  'Clínica Vida Plena',
  'Oficina Irmãos Macedo',
  'Escola Caminho do Saber',
] as const;
const NOTES: ReadonlyMap<number, string> = new Map([
  [3, 'Prefere ser chamada pela manhã.'],
  [11, 'Ouve mal: falar devagar.'],
  [19, 'Cliente há mais de dez anos.'],
  [27, 'Falar com o setor de compras.'],
]);

/** A mobile number that nobody has: a block kept for examples here. */
const mobile = (n: number): string => `+5583999990${String(n).padStart(3, '0')}`;

const mailbox = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^a-z ]/g, '')
    .trim()
    .replace(/ +/g, '.');

/** Thirty customers; every sixth has a second telephone. */
export const DEMO_CUSTOMERS: readonly DemoCustomer[] = [...PEOPLE, ...COMPANIES].map((name, i) => {
  const id = i + 1;
  const isPerson = i < PEOPLE.length;
  return {
    id,
    name,
    document: isPerson ? cpfOf(String(100_200_300 + i * 1_017)) : cnpjOf(`${String(10_200_300 + i * 1_017)}0001`),
    email: `${mailbox(name)}@exemplo.com.br`,
    notes: NOTES.get(id) ?? null,
    numbers: id % 6 === 0 ? [mobile(id), mobile(40 + id)] : [mobile(id)],
  };
});

/** A caller who is no customer yet. */
export const strangerNumber = (n: number): string => mobile(100 + (n % 900));
