export { type AllowedHours, type BookingRules } from './booking.domain.js';
export { type CallFact, type FoundCall } from './callback-call.domain.js';
export {
  DEFAULT_CALLBACK_SETTINGS,
  DEMO_CALLBACK_SETTINGS,
  type CallbackSettings,
} from './callback-settings.domain.js';
export { CallbackJob, cronSchedule, plainSchedule, type CallbackJobDeps } from './callback.job.js';
export {
  type CallbackAgents,
  type CallbackAttendances,
  type CallbackCustomers,
  type DialOrder,
  type DoNotCallList,
} from './callback.port.js';
export { createCallbackHandlers } from './callback.realtime.js';
export { createCallbackRouter } from './callback.routes.js';
export { SequelizeCallbackRepository } from './callback.repository.js';
export { Callbacks, type CallbackActor, type CallbacksDeps } from './callback.service.js';
