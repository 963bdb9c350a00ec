import { type ClientCommands, type HubViewer } from '../../platform/realtime/hub.js';
import { DomainError } from '../../platform/errors.js';
import { type CustomerChoice } from '../../shared/desk.js';
import { type Actor } from '../audit/audit.domain.js';
import { NAME_MAX, type Customer } from './customer.domain.js';
import { formatDocument } from './document.domain.js';
import { parseNumber } from './phone-number.domain.js';
import { type Customers } from './customer.service.js';

/** As many as can be looked through while somebody waits. */
const CHOICES_MAX = 8;

export interface CustomerViewer extends HubViewer {
  readonly name: string;
}

export interface CustomerCommandDeps {
  readonly customers: Customers;
  /** The call this agent is offered, in, or writing up. */
  readonly callOf: (agentId: number) => { readonly callId: string; readonly number: string } | null;
  readonly identify: (callId: string, customer: { readonly id: number; readonly name: string }) => void;
  /** The record of the call, if it is open already, is of this customer from now on. */
  readonly setCustomerOfAttendance: (callId: string, customerId: number) => Promise<void>;
  readonly onIdentified: (agentId: number) => void;
}

/** Who calls, said by the agent: somebody new, or somebody found. Only of the agent's own call. */
export function createCustomerCommands<V extends CustomerViewer>(
  deps: CustomerCommandDeps,
): Pick<ClientCommands<V>, 'customer:search' | 'customer:create' | 'customer:choose'> {
  const { customers } = deps;
  const requireCall = (viewer: V, callId: string): { readonly number: string } => {
    const call = deps.callOf(viewer.userId);
    if (call?.callId !== callId) throw new DomainError('conflict', 'customers:error.call-over');
    return call;
  };
  const identified = async (
    viewer: V,
    callId: string,
    { id, name }: Customer,
  ): Promise<{ id: number; name: string }> => {
    const customer = { id, name };
    deps.identify(callId, customer);
    await deps.setCustomerOfAttendance(callId, id);
    deps.onIdentified(viewer.userId);
    return customer;
  };
  return {
    'customer:search': {
      permission: 'customers.list',
      run: async (_viewer, { text }) => {
        if (text.trim() === '') return { customers: [], total: 0 };
        const found = await customers.list({ text, page: 1, pageSize: CHOICES_MAX });
        return { customers: found.customers.map(toChoice), total: found.total };
      },
    },
    'customer:create': {
      permission: 'customers.create',
      run: async (viewer, { callId, name }) => {
        const call = requireCall(viewer, callId);
        const fields = {
          name: readName(name),
          document: null,
          email: null,
          notes: null,
          // Who calls without showing a number, or from an extension, is created without one.
          numbers: numbersOf(call.number),
        };
        return identified(viewer, callId, await atName(customers.create(fields, actorOf(viewer))));
      },
    },
    'customer:choose': {
      permission: 'customers.list',
      run: async (viewer, { callId, customerId, keepNumber }) => {
        const call = requireCall(viewer, callId);
        const [number] = numbersOf(call.number);
        if (keepNumber && !viewer.permissions.has('customers.edit'))
          throw new DomainError('forbidden', 'errors:forbidden');
        const customer =
          keepNumber && number !== undefined
            ? await gone(atSearch(customers.addNumber(customerId, number, actorOf(viewer))))
            : await gone(customers.require(customerId));
        return identified(viewer, callId, customer);
      },
    },
  };
}

/** The socket has no address of its own: the page was served to the one in the session's entries. */
function actorOf({ userId, name }: CustomerViewer): Actor {
  return { userId, name, address: null };
}

function toChoice({ id, name, document, numbers }: Customer): CustomerChoice {
  return { id, name, document: document === null ? null : formatDocument(document), numbers };
}

function numbersOf(number: string): readonly string[] {
  const parsed = parseNumber(number);
  return parsed.ok ? [parsed.number] : [];
}

function readName(typed: string): string {
  const name = typed.trim();
  if (name === '') throw new DomainError('invalid', 'errors:field-required', { field: 'name' });
  if (name.length > NAME_MAX) {
    throw new DomainError('invalid', 'errors:field-too-long', { field: 'name', params: { maximum: NAME_MAX } });
  }
  return name;
}

/** Somebody else created the caller meanwhile: said where the agent looks, with what to do. */
function atName(created: Promise<Customer>): Promise<Customer> {
  return refusedAt(created, 'name', 'customers:error.caller-known');
}

function atSearch(changed: Promise<Customer>): Promise<Customer> {
  return refusedAt(changed, 'customerId', 'customers:error.number-taken');
}

async function refusedAt(
  work: Promise<Customer>,
  field: string,
  key: 'customers:error.caller-known' | 'customers:error.number-taken',
): Promise<Customer> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError) || error.field !== 'numbers') throw error;
    throw new DomainError('conflict', key, { field, params: error.params, cause: error });
  }
}

async function gone(found: Promise<Customer>): Promise<Customer> {
  try {
    return await found;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'not-found') throw error;
    throw new DomainError('not-found', 'customers:error.customer-gone', { field: 'customerId', cause: error });
  }
}
