export { type Customer, type CustomerFields, type CustomerPage, type CustomerSearch } from './customer.domain.js';
export { type DocumentKind, type ParsedDocument } from './document.domain.js';
export { Customers, type CustomerGone, type CustomerRepository, type MergeOrder } from './customer.service.js';
export { SequelizeCustomerRepository } from './customer.repository.js';
export { HISTORY_PAGE_SIZE, type AttendanceLine, type CustomerHistory, type HistoryLines } from './customer-history.js';
export { createCustomerCommands, type CustomerCommandDeps, type CustomerViewer } from './customer.realtime.js';
export { createCustomerRouter, type CustomerRouterDeps } from './customer.routes.js';
