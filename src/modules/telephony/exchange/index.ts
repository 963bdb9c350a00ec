export { createBuiltInExchange, createDirectoryReader } from './built-in.js';
export { testBuiltInExchange } from './connection-test.js';
export { EXCHANGE_PATH } from './exchange-options.js';
export { type OpeningHours } from './exchange.port.js';
