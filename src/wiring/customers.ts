import { mayRead, SequelizeCustomerAttendances, type CustomerAttendance } from '../modules/attendances/index.js';
import { type CallCentre } from '../modules/agents/index.js';
import { type AuditTrail, type SequelizeAuditRepository } from '../modules/audit/index.js';
import { SequelizeCallbackRepository } from '../modules/callbacks/index.js';
import { toCallbackLine } from '../modules/callbacks/callbacks-page.domain.js';
import { CallRecords, SequelizeCallRecordRepository } from '../modules/calls/index.js';
import { toCallLine } from '../modules/calls/calls-page.domain.js';
import {
  createCustomerCommands,
  createCustomerRouter,
  Customers,
  HISTORY_PAGE_SIZE,
  SequelizeCustomerRepository,
  type AttendanceLine,
  type CustomerHistory,
  type CustomerViewer,
} from '../modules/customers/index.js';
import { type Desks } from '../modules/desk/index.js';
import { type Database } from '../platform/db/database.js';
import { type Locale } from '../shared/i18n/messages.js';

export interface CustomersPart {
  readonly customers: Customers;
  readonly routes: readonly (readonly [path: string, router: ReturnType<typeof createCustomerRouter>])[];
}

/** Wires the customers and their pages; they work without telephony. */
export function createCustomers(options: {
  readonly db: Database;
  readonly auditRows: SequelizeAuditRepository;
  readonly audit: AuditTrail;
  readonly timeZone: string;
}): CustomersPart {
  const { db, auditRows, audit, timeZone } = options;
  const customers = new Customers({ repository: new SequelizeCustomerRepository(db, auditRows) });
  const history = createHistory(db, timeZone);
  return { customers, routes: [['/customers', createCustomerRouter({ customers, audit, history, timeZone })]] };
}

/** What agents' pages say of who calls, and what running calls hear of customers that are no more. */
export function deskCustomers<V extends CustomerViewer>(options: {
  readonly db: Database;
  readonly customers: Customers;
  readonly centre: CallCentre;
  readonly desks: Desks;
}): {
  readonly commands: ReturnType<typeof createCustomerCommands<V>>;
  readonly setCustomerOfAttendance: (callId: string, customerId: number) => Promise<void>;
  /** Begins to listen; returns its undo. */
  readonly follow: () => () => void;
} {
  const { db, customers, centre, desks } = options;
  const attendances = new SequelizeCustomerAttendances(db);
  const setCustomerOfAttendance = (callId: string, customerId: number): Promise<void> =>
    attendances.setCustomerOfCall(callId, customerId);
  return {
    setCustomerOfAttendance,
    commands: createCustomerCommands<V>({
      customers,
      callOf: (agentId) => centre.callOf(agentId),
      identify: (callId, customer) => {
        centre.identify(callId, customer);
      },
      setCustomerOfAttendance,
      onIdentified: (agentId) => {
        desks.recordsChanged(agentId);
      },
    }),
    follow: () =>
      customers.onGone(({ goneId, stays }) => {
        centre.replaceCustomer(goneId, stays);
      }),
  };
}

function createHistory(db: Database, timeZone: string): CustomerHistory {
  const calls = new CallRecords({ repository: new SequelizeCallRecordRepository(db) });
  const attendances = new SequelizeCustomerAttendances(db);
  const callbacks = new SequelizeCallbackRepository(db);
  return async (tab, customerId, page, { t, locale, viewer }) => {
    const pageSize = HISTORY_PAGE_SIZE;
    switch (tab) {
      case 'calls': {
        const found = await calls.list({ from: 0, to: END_OF_TIME, customerId, page, pageSize });
        const lines = found.calls.map((call) => toCallLine(call, { t, locale, timeZone }));
        return { tab, lines, total: found.total };
      }
      case 'attendances': {
        const found = await attendances.list(customerId, { offset: (page - 1) * pageSize, limit: pageSize });
        const lines = found.attendances.map((attendance) => ({
          ...toAttendanceLine(attendance, locale, timeZone),
          ...(mayRead(attendance, viewer) ? {} : { subject: null }),
        }));
        return { tab, lines, total: found.total };
      }
      case 'callbacks': {
        const found = await callbacks.list({ states: null, search: '', customerId, page, pageSize });
        const lines = found.rows.map((row) => toCallbackLine(row.callback, row.attempts, { t, locale }));
        return { tab, lines, total: found.total };
      }
    }
  };
}

/** Later than any call, and still a date that every database can compare. */
const END_OF_TIME = Date.UTC(9999, 0, 1);

function toAttendanceLine(attendance: CustomerAttendance, locale: Locale, timeZone: string): AttendanceLine {
  const { id, protocol, openedAt, subject, agentName, queueName, state } = attendance;
  const format = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(openedAt);
  return {
    id,
    protocol,
    date: format({ day: '2-digit', month: '2-digit', year: '2-digit' }),
    time: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    subject,
    agent: agentName,
    queue: queueName,
    state,
  };
}
