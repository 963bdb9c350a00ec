import { ANA, BIA, ExchangeRig, SALES } from '../support/exchange-rig.js';
import { telephonyContract, type TelephonyRig } from '../support/telephony-contract.js';

telephonyContract('the built-in exchange', async (): Promise<TelephonyRig> => {
  const rig = await ExchangeRig.start();
  return {
    telephony: rig.exchange,
    queue: SALES,
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
