import { formatPhone } from '../../shared/format.js';
import { type Customer } from './customer.domain.js';
import { formatDocument } from './document.domain.js';

/** A customer as lists show one: everything is text. */
export interface CustomerLine {
  readonly id: number;
  readonly name: string;
  readonly document: string | null;
  readonly email: string | null;
  readonly notes: string | null;
  readonly numbers: readonly string[];
}

export function toCustomerLine({ id, name, document, email, notes, numbers }: Customer): CustomerLine {
  return {
    id,
    name,
    document: document === null ? null : formatDocument(document),
    email,
    notes,
    numbers: numbers.map(formatPhone),
  };
}

/** What the fields of the form hold. */
export interface CustomerValues {
  readonly name: string;
  readonly document: string;
  readonly email: string;
  readonly notes: string;
  readonly numbers: readonly string[];
}

export function toCustomerValues(customer: Customer): CustomerValues {
  const line = toCustomerLine(customer);
  return {
    name: line.name,
    document: line.document ?? '',
    email: line.email ?? '',
    notes: line.notes ?? '',
    numbers: line.numbers,
  };
}

/** A posted form as it was typed; what a browser does not send is empty. */
export function asTyped(posted: Readonly<Record<string, unknown>>): CustomerValues {
  const text = (name: string): string => {
    const value = posted[name];
    return typeof value === 'string' ? value : '';
  };
  const { numbers } = posted;
  const rows: readonly unknown[] = Array.isArray(numbers) ? numbers : [numbers];
  return {
    name: text('name'),
    document: text('document'),
    email: text('email'),
    notes: text('notes'),
    numbers: rows.filter((row) => typeof row === 'string'),
  };
}
