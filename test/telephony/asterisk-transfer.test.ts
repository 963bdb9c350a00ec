import { setTimeout as sleep } from 'node:timers/promises';
import { type AsteriskServer } from '../support/asterisk-server.js';
import { ANA, AsteriskRig, BIA, SALES, startAsterisk, SUPPORT } from '../support/asterisk-rig.js';
import { transferContract, type TransferRig } from '../support/telephony-transfer-contract.js';

let server: AsteriskServer;

before(async () => {
  server = await startAsterisk();
});
after(async () => {
  await server[Symbol.asyncDispose]();
});

transferContract('Asterisk', async (): Promise<TransferRig> => {
  const rig = await AsteriskRig.start(server);
  return {
    telephony: rig.telephony,
    queue: SALES,
    otherQueue: SUPPORT,
    customerNumbers: [ANA, BIA],
    login: rig.login,
    agentPhone: (extension) => rig.agentPhone(extension),
    customerPhone: (number) => rig.customerPhone(number),
    areJoined: (one, other) => rig.areJoined(one, other),
    answersBeforeQueue: true,
    closesDroppedPhones: false,
    joinsByNewSession: false,
    // Asterisk's clock is the machine's: here time passes by itself.
    elapse: (seconds) => sleep(seconds * 1000),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
});
