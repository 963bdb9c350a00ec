import { createHmac } from 'node:crypto';
import { type AddressInfo } from 'node:net';
import { type TelephonyPart, type TelephonyParts, type TestConnection } from './integration.js';
import { toAsteriskSettings } from '../modules/integration/index.js';
import { createAsteriskTelephony, testAsterisk } from '../modules/telephony/asterisk/index.js';
import {
  createBuiltInExchange,
  createDirectoryReader,
  EXCHANGE_PATH,
  testBuiltInExchange,
} from '../modules/telephony/exchange/index.js';
import { type Secrets } from '../platform/config/secrets.js';
import { systemSchedule } from '../platform/schedule.js';

/** The exchange that the settings name, not started. */
export function createPlatform(parts: TelephonyParts): TelephonyPart {
  return parts.settings.platform === 'asterisk' ? createAsterisk(parts) : createBuiltIn(parts);
}

/** "Testar conexão" of the exchange that the settings name. */
export const testPlatform: TestConnection = (parts, onStep, signal) => {
  if (parts.settings.platform === 'asterisk') return testAsterisk(toAsteriskSettings(parts.settings), onStep, signal);
  const { server, db, isRunning } = parts;
  const { address, port } = server.address() as AddressInfo;
  // "All addresses" is none that can be connected to.
  const host =
    address === '::' || address === '0.0.0.0' ? 'localhost' : address.includes(':') ? `[${address}]` : address;
  const url = `ws://${host}:${String(port)}${EXCHANGE_PATH}`;
  return testBuiltInExchange({ load: createDirectoryReader(db), url, isRunning }, onStep, signal);
};

function createAsterisk({ settings, logger, now }: TelephonyParts): TelephonyPart {
  // The adapter reads prefix and caller number at each call, so that they can change under it.
  const current = { ...toAsteriskSettings(settings) };
  const telephony = createAsteriskTelephony(current, {
    now: () => now().getTime(),
    schedule: systemSchedule,
    log: logger,
    random: Math.random,
  });
  return {
    telephony,
    adjust: ({ outboundPrefix, callerNumber }) => {
      Object.assign(current, { outboundPrefix, callerNumber });
    },
  };
}

function createBuiltIn(parts: TelephonyParts): TelephonyPart {
  const { server, db, now, openingHours } = parts;
  const { callerNumber } = parts.settings;
  const secret = exchangeSecret(parts.secrets);
  const publicUrl = parts.config.publicUrl?.href ?? '';
  const texts = { callerNumber, publicUrl };
  const options = { legGraceSeconds: parts.config.reconnectSeconds };
  const own = { server, db, secret, now, log: parts.logger, openingHours, options };
  const exchange = createBuiltInExchange({ ...own, ...texts });
  return {
    telephony: exchange.telephony,
    demoPhone: exchange.demoPhone,
    administration: exchange.administration,
    socketPath: exchange.socketPath,
    adjust: (next) => {
      exchange.setCallerNumber(next.callerNumber);
    },
  };
}

/** Of its own, so that what signs phones' credentials is not what signs cookies. */
function exchangeSecret({ encryptionKey }: Secrets): string {
  return createHmac('sha256', encryptionKey).update('exchange credentials').digest('base64url');
}
