import assert from 'node:assert/strict';
import { SequelizeAuditRepository } from '../../src/modules/audit/index.js';
import { Customers, SequelizeCustomerRepository } from '../../src/modules/customers/index.js';
import { Queues, SequelizeQueueRepository } from '../../src/modules/queues/index.js';
import { Reasons, SequelizeReasonRepository } from '../../src/modules/reasons/index.js';
import { ALMOCO, ANA, BRUNO, CUSTOMER_NUMBER, CentreRig, RETIRED_REASON, SUPORTE } from '../support/centre-rig.js';

describe('queues, reasons and customers', () => {
  let rig: CentreRig;
  let queues: Queues;
  let reasons: Reasons;
  let customers: Customers;
  before(async () => {
    rig = await CentreRig.start();
    queues = new Queues({
      repository: new SequelizeQueueRepository(rig.db, new SequelizeAuditRepository(rig.db, () => new Date())),
    });
    reasons = new Reasons({
      repository: new SequelizeReasonRepository(rig.db, new SequelizeAuditRepository(rig.db, () => new Date())),
    });
    customers = new Customers({
      repository: new SequelizeCustomerRepository(rig.db, new SequelizeAuditRepository(rig.db, () => new Date())),
    });
  });
  after(async () => {
    await rig[Symbol.asyncDispose]();
  });

  it('gives the queues by name, with who may log in to them', async () => {
    assert.deepEqual(
      (await queues.list()).map(({ name, memberIds, wrapUpSeconds }) => [name, memberIds, wrapUpSeconds]),
      [
        ['Cobrança', [ANA, BRUNO], null],
        ['Suporte', [ANA, BRUNO], 0],
        ['Vendas', [ANA, BRUNO], 30],
      ],
    );
    assert.equal((await queues.findByExchangeName('suporte'))?.id, SUPORTE);
    assert.equal(await queues.findByExchangeName('SUPORTE'), null, 'the exchange’s names are exact');
    assert.equal(await queues.find(99), null);
  });

  it('gives the pause reasons that may be chosen, and refuses the others', async () => {
    assert.deepEqual(
      (await reasons.listActive('pause')).map(({ name }) => name),
      ['Almoço', 'Treinamento'],
    );
    assert.equal((await reasons.list('pause')).length, 3);
    assert.equal((await reasons.requireActive('pause', ALMOCO)).name, 'Almoço');
    for (const id of [RETIRED_REASON, 99]) {
      await assert.rejects(reasons.requireActive('pause', id), { code: 'conflict', key: 'calls:refused.no-reason' });
    }
  });

  it('finds a customer by a number however it is written', async () => {
    for (const number of [CUSTOMER_NUMBER, '(83) 99999-0001', '083999990001']) {
      assert.equal((await customers.findByNumber(number))?.name, 'Beatriz Nunes');
    }
    assert.equal(await customers.findByNumber('+5511900000000'), null);
    assert.deepEqual((await customers.find(1))?.numbers, [CUSTOMER_NUMBER]);
  });

  it('searches customers by name, number and document, and by nothing else', async () => {
    const found = async (text: string): Promise<number> => {
      return (await customers.list({ text, page: 1, pageSize: 10 })).total;
    };
    assert.deepEqual(
      await Promise.all(['', 'nunes', '99999-0001', '123.456.789-01', '%', 'Be_triz', 'zzz'].map(found)),
      [1, 1, 1, 1, 1, 0, 0],
    );
  });
});
