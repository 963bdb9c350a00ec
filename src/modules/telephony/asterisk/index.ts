export { createAsteriskTelephony, type AsteriskDeps } from './asterisk-telephony.js';
export { testAsterisk } from './connection-test.js';
export { type AsteriskSettings } from './asterisk-settings.domain.js';
