import { common as ptCommon } from './pt-BR/common.js';
import { errors as ptErrors } from './pt-BR/errors.js';
import { auth as ptAuth } from './pt-BR/auth.js';
import { permissions as ptPermissions } from './pt-BR/permissions.js';
import { desk as ptDesk } from './pt-BR/desk.js';
import { customerPhone as ptCustomerPhone } from './pt-BR/customer-phone.js';
import { board as ptBoard } from './pt-BR/board.js';
import { calls as ptCalls } from './pt-BR/calls.js';
import { callbacks as ptCallbacks } from './pt-BR/callbacks.js';
import { customers as ptCustomers } from './pt-BR/customers.js';
import { attendances as ptAttendances } from './pt-BR/attendances.js';
import { attendancePages as ptAttendancePages } from './pt-BR/attendance-pages.js';
import { realtime as ptRealtime } from './pt-BR/realtime.js';
import { exchange as ptExchange } from './pt-BR/exchange.js';
import { asterisk as ptAsterisk } from './pt-BR/asterisk.js';
import { profiles as ptProfiles } from './pt-BR/profiles.js';
import { exchangeAdmin as ptExchangeAdmin } from './pt-BR/exchange-admin.js';
import { queues as ptQueues } from './pt-BR/queues.js';
import { holidays as ptHolidays } from './pt-BR/holidays.js';
import { users as ptUsers } from './pt-BR/users.js';
import { administration as ptAdministration } from './pt-BR/administration.js';
import { association as ptAssociation } from './pt-BR/association.js';
import { reasons as ptReasons } from './pt-BR/reasons.js';
import { audit as ptAudit } from './pt-BR/audit.js';
import { integration as ptIntegration } from './pt-BR/integration.js';
import { recordings as ptRecordings } from './pt-BR/recordings.js';
import { equipment as ptEquipment } from './pt-BR/equipment.js';
import { common as enCommon } from './en/common.js';
import { errors as enErrors } from './en/errors.js';
import { auth as enAuth } from './en/auth.js';
import { permissions as enPermissions } from './en/permissions.js';
import { desk as enDesk } from './en/desk.js';
import { customerPhone as enCustomerPhone } from './en/customer-phone.js';
import { board as enBoard } from './en/board.js';
import { calls as enCalls } from './en/calls.js';
import { callbacks as enCallbacks } from './en/callbacks.js';
import { customers as enCustomers } from './en/customers.js';
import { attendances as enAttendances } from './en/attendances.js';
import { attendancePages as enAttendancePages } from './en/attendance-pages.js';
import { realtime as enRealtime } from './en/realtime.js';
import { exchange as enExchange } from './en/exchange.js';
import { asterisk as enAsterisk } from './en/asterisk.js';
import { profiles as enProfiles } from './en/profiles.js';
import { exchangeAdmin as enExchangeAdmin } from './en/exchange-admin.js';
import { queues as enQueues } from './en/queues.js';
import { holidays as enHolidays } from './en/holidays.js';
import { users as enUsers } from './en/users.js';
import { administration as enAdministration } from './en/administration.js';
import { association as enAssociation } from './en/association.js';
import { reasons as enReasons } from './en/reasons.js';
import { audit as enAudit } from './en/audit.js';
import { integration as enIntegration } from './en/integration.js';
import { recordings as enRecordings } from './en/recordings.js';
import { equipment as enEquipment } from './en/equipment.js';

/**
 * Every text a person sees, by namespace. pt-BR is the source; the other languages are typed by it. A key is
 * `namespace:key`; keys are flat. Plurals end in `_one` and `_other` and are asked for without the ending; placeholders
 * are `{{name}}`.
 */
export const messages = {
  'pt-BR': {
    common: ptCommon,
    errors: ptErrors,
    auth: ptAuth,
    permissions: ptPermissions,
    desk: ptDesk,
    'customer-phone': ptCustomerPhone,
    board: ptBoard,
    calls: ptCalls,
    callbacks: ptCallbacks,
    customers: ptCustomers,
    attendances: ptAttendances,
    'attendance-pages': ptAttendancePages,
    realtime: ptRealtime,
    exchange: ptExchange,
    asterisk: ptAsterisk,
    profiles: ptProfiles,
    'exchange-admin': ptExchangeAdmin,
    queues: ptQueues,
    holidays: ptHolidays,
    users: ptUsers,
    administration: ptAdministration,
    association: ptAssociation,
    reasons: ptReasons,
    audit: ptAudit,
    integration: ptIntegration,
    recordings: ptRecordings,
    equipment: ptEquipment,
  },
  en: {
    common: enCommon,
    errors: enErrors,
    auth: enAuth,
    permissions: enPermissions,
    desk: enDesk,
    'customer-phone': enCustomerPhone,
    board: enBoard,
    calls: enCalls,
    callbacks: enCallbacks,
    customers: enCustomers,
    attendances: enAttendances,
    'attendance-pages': enAttendancePages,
    realtime: enRealtime,
    exchange: enExchange,
    asterisk: enAsterisk,
    profiles: enProfiles,
    'exchange-admin': enExchangeAdmin,
    queues: enQueues,
    holidays: enHolidays,
    users: enUsers,
    administration: enAdministration,
    association: enAssociation,
    reasons: enReasons,
    audit: enAudit,
    integration: enIntegration,
    recordings: enRecordings,
    equipment: enEquipment,
  },
} as const;

export type Locale = keyof typeof messages;
export const LOCALES = Object.keys(messages) as readonly Locale[];
export const DEFAULT_LOCALE: Locale = 'pt-BR';

type Source = (typeof messages)['pt-BR'];
export type Namespace = keyof Source;
type WithoutPlural<Key> = Key extends `${infer Base}_one` | `${infer Base}_other` ? Base : Key;
/** `namespace:key` of a message that exists. */
export type MessageKey = {
  [N in Namespace]: `${N}:${WithoutPlural<keyof Source[N] & string>}`;
}[Namespace];

/** Turns a key into a sentence in one language. */
export type Translate = (key: MessageKey, params?: Readonly<Record<string, string | number>>) => string;
