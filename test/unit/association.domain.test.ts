import assert from 'node:assert/strict';
import {
  choiceOf,
  differenceOf,
  fingerprintOf,
  importedQueues,
  queueDifferenceOf,
  resolveChoice,
  suggest,
  tooLongField,
  type KnownQueue,
  type Person,
} from '../../src/modules/association/association.domain.js';
import { type DirectoryQueue, type DirectoryUser } from '../../src/modules/telephony/telephony.port.js';

const user = (over: Partial<DirectoryUser> = {}): DirectoryUser => ({
  login: 'ana.souza',
  name: 'Ana Souza',
  locality: 'Recife',
  extension: '1001',
  queues: ['suporte'],
  ...over,
});
const person = (over: Partial<Person> = {}): Person => ({
  id: 1,
  name: 'Ana Souza',
  login: 'ana',
  isActive: true,
  profileId: 1,
  exchangeLogin: null,
  extension: null,
  locality: null,
  queues: [],
  ...over,
});
const queue = (name: string, number = '5001'): DirectoryQueue => ({ name, number, strategy: 'ring-all' });

describe('suggesting an exchange user', () => {
  it('takes the same login before the same name, however written', () => {
    const byLogin = user({ login: 'ANA', name: 'Outra' });
    assert.equal(suggest(person(), [user(), byLogin]), byLogin);
    assert.equal(suggest(person({ name: ' ana  SOUZA ' }), [user()])?.login, 'ana.souza');
    // "ã" as one sign, and as a letter with a sign over it.
    const joao = user({ login: 'joao', name: 'Joa\u0303o' });
    assert.equal(suggest(person({ name: 'João' }), [joao]), joao);
  });

  it('does not guess: two of one name, another name, another accent', () => {
    assert.equal(suggest(person(), [user(), user({ login: 'ana.2' })]), null);
    assert.equal(suggest(person({ name: 'Ana' }), [user()]), null);
    assert.equal(suggest(person({ name: 'Ána Souza' }), [user()]), null);
    assert.equal(suggest(person(), []), null);
  });

  it('has nothing for someone who is associated', () => {
    assert.equal(suggest(person({ exchangeLogin: 'x' }), [user()]), null);
  });
});

describe('whom a typed text means', () => {
  const ana = user();
  const other = user({ login: 'Ana Souza', name: 'Zé' });
  const twins = [user({ login: 'd1', name: 'Dani' }), user({ login: 'd2', name: 'Dani' })];

  it('is the login as it is before anything that only looks the same', () => {
    assert.deepEqual(resolveChoice('Ana Souza', [ana, other]), { kind: 'found', user: other });
    const upper = user({ login: 'ANA.SOUZA' });
    assert.deepEqual(resolveChoice('ANA.SOUZA', [ana, upper]), { kind: 'found', user: upper });
  });

  it('is the offered choice, with names that look like choices too', () => {
    for (const each of [ana, other, ...twins]) {
      assert.deepEqual(resolveChoice(choiceOf(each), [ana, other, ...twins]), { kind: 'found', user: each });
    }
  });

  it('is nobody where several could be meant, and where nobody is', () => {
    assert.deepEqual(resolveChoice('dani', twins), { kind: 'ambiguous' });
    assert.deepEqual(resolveChoice('d1', twins), { kind: 'found', user: twins[0] });
    assert.deepEqual(resolveChoice('', twins), { kind: 'unknown' });
    assert.deepEqual(resolveChoice('zzz', twins), { kind: 'unknown' });
  });
});

describe('what synchronising would change', () => {
  const queues = [queue('vendas'), queue('suporte')];
  const stored = person({ exchangeLogin: 'ana.souza', extension: '1001', locality: 'Recife', queues: ['suporte'] });

  it('is nothing where all is the same, in whatever order', () => {
    assert.equal(differenceOf(stored, user(), queues), null);
    const both = person({ ...stored, queues: ['suporte', 'vendas'] });
    assert.equal(differenceOf(both, user({ queues: ['vendas', 'suporte'] }), queues), null);
  });

  it('names each thing that differs, and only those', () => {
    assert.deepEqual(differenceOf(stored, user({ extension: '1002' }), queues), {
      locality: null,
      extension: { before: '1001', after: '1002' },
      queuesAdded: [],
      queuesRemoved: [],
    });
    assert.deepEqual(differenceOf(stored, user({ locality: '', queues: ['vendas'] }), queues), {
      locality: { before: 'Recife', after: '' },
      extension: null,
      queuesAdded: ['vendas'],
      queuesRemoved: ['suporte'],
    });
  });

  it('leaves out queues that the exchange itself does not have', () => {
    assert.equal(differenceOf(stored, user({ queues: ['suporte', 'fantasma'] }), queues), null);
    assert.deepEqual(
      importedQueues(user({ queues: ['vendas', 'fantasma', 'suporte'] }), queues).map(({ name }) => name),
      ['suporte', 'vendas'],
    );
    assert.deepEqual(importedQueues(user({ queues: ['x'.repeat(61)] }), [queue('x'.repeat(61))]), []);
  });

  it('has one fingerprint for one difference, and another for another', () => {
    const of = (extension: string): string => fingerprintOf(differenceOf(stored, user({ extension }), queues)!);
    assert.equal(of('1002'), of('1002'));
    assert.notEqual(of('1002'), of('1003'));
  });
});

describe('what synchronising would change in the queues', () => {
  const known = (exchangeName: string, over: Partial<KnownQueue> = {}): KnownQueue => ({
    exchangeName,
    number: '5001',
    isActive: true,
    ...over,
  });

  it('is nothing where all is the same, and where what is gone was retired before', () => {
    assert.equal(queueDifferenceOf([known('suporte'), known('velha', { isActive: false })], [queue('suporte')]), null);
    assert.equal(queueDifferenceOf([], []), null);
  });

  it('tells new, returned, renumbered and gone ones', () => {
    const difference = queueDifferenceOf(
      [known('suporte'), known('volta', { isActive: false }), known('vendas')],
      [queue('suporte', '5009'), queue('volta'), queue('nova')],
    );
    assert.deepEqual(difference, {
      added: [queue('nova')],
      returned: [queue('volta')],
      renumbered: [{ name: 'suporte', number: { before: '5001', after: '5009' } }],
      gone: ['vendas'],
    });
  });

  it('is exact about names, as the exchange is', () => {
    const difference = queueDifferenceOf([known('Suporte')], [queue('suporte')]);
    assert.deepEqual([difference?.added.length, difference?.gone], [1, ['Suporte']]);
  });
});

it('what of an exchange user does not fit is named', () => {
  assert.equal(tooLongField(user()), null);
  assert.equal(tooLongField(user({ login: 'x'.repeat(60) })), null);
  for (const [field, length] of [
    ['login', 61],
    ['extension', 21],
    ['locality', 61],
  ] as const) {
    assert.equal(tooLongField(user({ [field]: 'x'.repeat(length) })), field);
  }
});
