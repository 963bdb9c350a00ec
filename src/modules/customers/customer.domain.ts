export interface Customer {
  readonly id: number;
  readonly name: string;
  /** CPF or CNPJ, digits only. */
  readonly document: string | null;
  readonly email: string | null;
  readonly notes: string | null;
  /** E.164. A number belongs to one customer at most. */
  readonly numbers: readonly string[];
}

export interface CustomerSearch {
  /** Part of the name, of a number or of the document; empty for all. */
  readonly text: string;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

export interface CustomerPage {
  readonly customers: readonly Customer[];
  readonly total: number;
}
