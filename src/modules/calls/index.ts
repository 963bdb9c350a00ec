export {
  advance,
  durationsOf,
  presentQueueOf,
  startedCall,
  waitOf,
  type CallDestination,
  type CallEvent,
  type CallPart,
  type CallStart,
  type LiveCall,
  type LiveCallState,
} from './call.domain.js';
export { missedEvents, type ExchangeCall } from './missed-events.domain.js';
export { CallBook } from './call-book.js';
export {
  detailOf,
  type CallFilter,
  type CallPage,
  type CallRecord,
  type CallRecordEvent,
  type CallRecordWithEvents,
} from './call-record.domain.js';
export { CallRecords, type AgentFigures, type CallRecordRepository } from './call-record.service.js';
export { type CallEventType, type CallJournal, type JournalEntry } from './call-journal.port.js';
export { SequelizeCallJournal, type CallJournalDeps } from './call-journal.repository.js';
export { SequelizeCallRecordRepository } from './calls.repository.js';
export { CALL_OUTCOMES, outcomeOf, type CallOutcome } from './call-outcome.domain.js';
export { createCallCommands } from './calls.realtime.js';
export { createCallRouter, type CallRecordSource, type CallRouterDeps } from './calls.routes.js';
