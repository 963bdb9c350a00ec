export interface Customer {
  readonly id: number;
  readonly name: string;
  /** CPF or CNPJ, without punctuation. */
  readonly document: string | null;
  readonly email: string | null;
  readonly notes: string | null;
  /** E.164. A number belongs to one customer at most. */
  readonly numbers: readonly string[];
  /** Counts the changes; what a form was drawn from. */
  readonly version: number;
}

/** What a person writes in a customer's record. */
export type CustomerFields = Omit<Customer, 'id' | 'version'>;

/** Which customers a list is of: those with a CPF, with a CNPJ, with neither. */
export const DOCUMENT_FILTERS = ['cpf', 'cnpj', 'none'] as const;
export type DocumentFilter = (typeof DOCUMENT_FILTERS)[number];

export interface CustomerSearch {
  /** Parts of the name, a document or a number or a part of one, however written; empty for all. */
  readonly text: string;
  readonly document?: DocumentFilter | null;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

export interface CustomerPage {
  readonly customers: readonly Customer[];
  readonly total: number;
}

export const NAME_MAX = 120;
export const EMAIL_MAX = 120;
export const NOTES_MAX = 4000;
export const NUMBERS_MAX = 10;

/** What is kept of what somebody did; a customer with any of it is merged, not deleted. */
export interface CustomerTies {
  readonly calls: number;
  readonly attendances: number;
  readonly callbacks: number;
}

export function hasTies({ calls, attendances, callbacks }: CustomerTies): boolean {
  return calls + attendances + callbacks > 0;
}
