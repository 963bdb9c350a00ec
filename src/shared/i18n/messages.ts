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
import { realtime as ptRealtime } from './pt-BR/realtime.js';
import { exchange as ptExchange } from './pt-BR/exchange.js';
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
import { realtime as enRealtime } from './en/realtime.js';
import { exchange as enExchange } from './en/exchange.js';

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
    realtime: ptRealtime,
    exchange: ptExchange,
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
    realtime: enRealtime,
    exchange: enExchange,
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
