import assert from 'node:assert/strict';
import { type Customer } from '../../src/modules/customers/customer.domain.js';
import { searchKey } from '../../src/shared/text-key.js';
import { mergedFields, suggestedChoices } from '../../src/modules/customers/customer-merge.domain.js';
import { formatDocument, parseDocument } from '../../src/modules/customers/document.domain.js';
import { numberSearch } from '../../src/modules/customers/phone-number.domain.js';

describe('a document of a customer', () => {
  it('is taken with and without punctuation, and kept without', () => {
    for (const typed of [
      '529.982.247-25',
      '52998224725',
      ' 529 982 247 25 ',
      '529.982.247–25',
      '５２９９８２２４７２５',
    ]) {
      assert.deepEqual(parseDocument(typed), { ok: true, kind: 'cpf', document: '52998224725' }, typed);
    }
    for (const typed of ['11.222.333/0001-81', '11222333000181', '11 222 333/0001 81']) {
      assert.deepEqual(parseDocument(typed), { ok: true, kind: 'cnpj', document: '11222333000181' }, typed);
    }
  });

  it('may be a CNPJ with letters, as the Receita Federal’s own example', () => {
    for (const typed of ['12.ABC.345/01DE-35', '12abc34501de35']) {
      assert.deepEqual(parseDocument(typed), { ok: true, kind: 'cnpj', document: '12ABC34501DE35' }, typed);
    }
    assert.equal(parseDocument('12.ABC.345/01DE-36').ok, false);
    assert.equal(parseDocument('12.ABD.345/01DE-35').ok, false);
  });

  it('may have zeros before and within it', () => {
    for (const typed of ['00000000191', '11144477735', '00000000000191', '12345678909'])
      assert.equal(parseDocument(typed).ok, true, typed);
  });

  it('is refused with what is wrong about it', () => {
    const reasonOf = (typed: string): string => {
      const parsed = parseDocument(typed);
      return parsed.ok ? 'ok' : parsed.reason.replace('customers:error.', '');
    };
    assert.equal(reasonOf('529.982.247-26'), 'cpf-invalid');
    assert.equal(reasonOf('529.982.247-15'), 'cpf-invalid');
    assert.equal(reasonOf('11.222.333/0001-82'), 'cnpj-invalid');
    assert.equal(reasonOf('11.222.333/0001-91'), 'cnpj-invalid');
    for (const digit of '0123456789') assert.equal(reasonOf(digit.repeat(11)), 'cpf-invalid');
    assert.equal(reasonOf('00000000000000'), 'cnpj-invalid');
    assert.equal(reasonOf('5299822472'), 'document-length');
    assert.equal(reasonOf('529982247255'), 'document-length');
    assert.equal(reasonOf('5299822472A'), 'document-letters');
    assert.equal(reasonOf('12ABC34501DE3A'), 'document-letters');
    assert.equal(reasonOf('529.982.247*25'), 'document-characters');
    assert.equal(reasonOf('ação'), 'document-characters');
  });

  it('is refused whenever one digit is wrong', () => {
    const right = '52998224725';
    for (let i = 0; i < right.length; i += 1) {
      const wrong = right.slice(0, i) + String((Number(right[i]) + 1) % 10) + right.slice(i + 1);
      assert.equal(parseDocument(wrong).ok, false, wrong);
    }
  });

  it('is shown as people write it', () => {
    assert.equal(formatDocument('52998224725'), '529.982.247-25');
    assert.equal(formatDocument('11222333000181'), '11.222.333/0001-81');
    assert.equal(formatDocument('12ABC34501DE35'), '12.ABC.345/01DE-35');
    assert.equal(formatDocument('123'), '123');
  });
});

describe('a customer’s name as a key', () => {
  it('is the same in every case, accent, spacing and encoding', () => {
    for (const name of ['JOÃO DA SILVA', 'João da Silva', 'joao  da silva ', 'João da Silva']) {
      assert.equal(searchKey(name), 'joao da silva');
    }
    assert.equal(searchKey('ÇÉÂÕÜ'), 'ceaou');
    for (const long of ['İ', '각']) assert.ok(searchKey(long.repeat(120)).length <= 120, long);
  });
});

describe('a number that is searched', () => {
  it('is one number however it is written', () => {
    for (const typed of [
      '+55 83 99999-0001',
      '(83) 99999-0001',
      '083 99999-0001',
      '0 21 83 99999-0001',
      '83999990001',
      '83 9999-0001',
      '(83) 9999 0001',
      '+55 (83) 9999-0001',
    ]) {
      assert.ok(numberSearch(typed).whole.includes('+5583999990001'), typed);
    }
  });

  it('is a part of one where it is no whole one', () => {
    assert.deepEqual(numberSearch('9999-0001'), { whole: [], parts: ['99990001'] });
    assert.deepEqual(numberSearch('083 99'), { whole: [], parts: ['08399', '8399'] });
    assert.deepEqual(numberSearch('0001').parts, ['0001']);
    assert.deepEqual(numberSearch('Nunes'), { whole: [], parts: [] });
  });
});

describe('two customers that become one', () => {
  const kept: Customer = {
    id: 1,
    name: 'Ana',
    document: null,
    email: 'a@x.br',
    notes: 'um',
    numbers: ['+1', '+2'],
    version: 3,
  };
  const gone: Customer = {
    id: 2,
    name: 'Ana P.',
    document: '5',
    email: null,
    notes: 'dois',
    numbers: ['+2', '+3'],
    version: 0,
  };

  it('have what was chosen, and the numbers of both', () => {
    assert.deepEqual(mergedFields(kept, gone, { name: 'gone', document: 'gone', email: 'kept', notes: 'both' }), {
      name: 'Ana P.',
      document: '5',
      email: 'a@x.br',
      notes: 'um\n\ndois',
      numbers: ['+1', '+2', '+3'],
    });
    assert.equal(
      mergedFields(kept, gone, { name: 'kept', document: 'kept', email: 'gone', notes: 'gone' }).email,
      null,
    );
  });

  it('are offered what loses nothing', () => {
    assert.deepEqual(suggestedChoices(kept, gone), { name: 'kept', document: 'gone', email: 'kept', notes: 'both' });
    const same = { ...gone, notes: 'um' };
    assert.equal(suggestedChoices(kept, same).notes, 'kept');
    assert.equal(
      mergedFields(kept, same, { name: 'kept', document: 'kept', email: 'kept', notes: 'both' }).notes,
      'um',
    );
    assert.equal(suggestedChoices({ ...kept, notes: null }, gone).notes, 'gone');
  });
});
