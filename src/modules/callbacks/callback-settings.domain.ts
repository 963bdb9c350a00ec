import { ANY_HOUR, DEFAULT_HOURS, type BookingRules } from './booking.domain.js';

/** Every number of the callbacks that an operation may want otherwise. */
export interface CallbackSettings {
  readonly booking: BookingRules;
  readonly maxOpenPerOwner: number;
  /** Calls at the customer for one promise. */
  readonly maxAttempts: number;
  /** Until the next call, after the customer was not reached. */
  readonly retryMinutes: number;
  /** Until the next offer, after the agent did not take one. */
  readonly reofferSeconds: number;
  /** How long before its time the owner is kept free. */
  readonly reserveSeconds: number;
  /** How long a process that has claimed a callback is believed without a sign of it. */
  readonly claimSeconds: number;
  /** The operation's zone: where its day begins. */
  readonly timeZone: string;
}

export const DEFAULT_CALLBACK_SETTINGS: CallbackSettings = {
  booking: {
    maxDaysAhead: 30,
    maxNotesLength: 500,
    windowMinutes: 30,
    hours: DEFAULT_HOURS,
    defaultCountry: 'BR',
  },
  maxOpenPerOwner: 20,
  maxAttempts: 3,
  retryMinutes: 10,
  reofferSeconds: 30,
  reserveSeconds: 30,
  claimSeconds: 30,
  timeZone: 'America/Sao_Paulo',
};

/** As the default, at any hour of any day: a demonstration is not to depend on when it is given. */
export const DEMO_CALLBACK_SETTINGS: CallbackSettings = {
  ...DEFAULT_CALLBACK_SETTINGS,
  booking: { ...DEFAULT_CALLBACK_SETTINGS.booking, hours: ANY_HOUR },
};
