import { ANA, BIA, ExchangeRig, SALES, SUPPORT } from '../support/exchange-rig.js';
import { transferContract, type TransferRig } from '../support/telephony-transfer-contract.js';

transferContract('the built-in exchange', async (): Promise<TransferRig> => {
  const rig = await ExchangeRig.start();
  return {
    telephony: rig.exchange,
    queue: SALES,
    otherQueue: SUPPORT,
    joinsByNewSession: true,
    customerNumbers: [ANA, BIA],
    login: { login: 'agent1001', password: 'segredo' },
    agentPhone: (extension) => rig.agent(extension),
    customerPhone: (number) => rig.customer(number),
    areJoined: (one, other) => one.isJoinedTo(other),
    answersBeforeQueue: false,
    closesDroppedPhones: true,
    elapse: (seconds) => rig.elapse(seconds),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
});
