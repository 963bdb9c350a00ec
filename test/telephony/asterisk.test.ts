import { setTimeout as sleep } from 'node:timers/promises';
import { type AsteriskServer } from '../support/asterisk-server.js';
import { ANA, AsteriskRig, BIA, SALES, startAsterisk } from '../support/asterisk-rig.js';
import { telephonyContract, type TelephonyRig } from '../support/telephony-contract.js';

let server: AsteriskServer;

before(async () => {
  server = await startAsterisk();
});
after(async () => {
  await server[Symbol.asyncDispose]();
});

telephonyContract('Asterisk', async (): Promise<TelephonyRig> => {
  const rig = await AsteriskRig.start(server);
  return {
    telephony: rig.telephony,
    queue: SALES,
    customerNumbers: [ANA, BIA],
    login: rig.login,
    agentPhone: (extension) => rig.agentPhone(extension),
    customerPhone: (number) => rig.customerPhone(number),
    areJoined: (one, other) => rig.areJoined(one, other),
    answersBeforeQueue: true,
    closesDroppedPhones: false,
    // Asterisk's clock is the machine's: here time passes by itself.
    elapse: (seconds) => sleep(seconds * 1000),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
});
