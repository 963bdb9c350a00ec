import assert from 'node:assert/strict';
import { checkSpelling, editDistance } from '../../src/modules/reasons/spelling.domain.js';

describe('the spelling of a pause reason', () => {
  const known = ['Almoço', 'Banheiro', 'Reunião de equipe', 'Pausa NR-17', 'Treinamento'];

  it('is right only when every character is', () => {
    for (const name of known) assert.deepEqual(checkSpelling(name, known), { kind: 'exact' });
  });

  for (const [name, suggestion, differs] of [
    ['almoço', 'Almoço', ['case']],
    ['ALMOÇO', 'Almoço', ['case']],
    ['Almoco', 'Almoço', ['accents']],
    ['almoco', 'Almoço', ['case', 'accents']],
    ['Reunião  de equipe', 'Reunião de equipe', ['spaces']],
    ['Reuniãode equipe', 'Reunião de equipe', ['spaces']],
    ['Pausa NR-17 ', 'Pausa NR-17', ['spaces']],
    ['reuniao de\u00a0Equipe', 'Reunião de equipe', ['case', 'accents', 'spaces']],
    ['Almoc\u0327o', 'Almoço', ['accents']],
  ] as const) {
    it(`"${name}" is "${suggestion}" but for ${differs.join(', ')}`, () => {
      assert.deepEqual(checkSpelling(name, known), { kind: 'same-word', suggestion, differs });
    });
  }

  it('offers, of two that are the same word, the one that differs in less', () => {
    const check = checkSpelling('Almoço', ['almoco', 'almoço', 'ALMOCO']);
    assert.deepEqual(check, { kind: 'same-word', suggestion: 'almoço', differs: ['case'] });
  });

  for (const [name, suggestion] of [
    ['Almosso', 'Almoço'],
    ['Treinameto', 'Treinamento'],
    ['Triename nto', 'Treinamento'],
    ['Banhero', 'Banheiro'],
    ['Pausa NR17', 'Pausa NR-17'],
    ['Reunião da equipe', 'Reunião de equipe'],
  ] as const) {
    it(`"${name}" is much like "${suggestion}"`, () => {
      assert.deepEqual(checkSpelling(name, known), { kind: 'similar', suggestion });
    });
  }

  it('has no suggestion where nothing is near, or nothing is known', () => {
    for (const name of ['Café', 'X', '', 'Feedback com o supervisor']) {
      assert.deepEqual(checkSpelling(name, known), { kind: 'unknown' }, name);
    }
    assert.deepEqual(checkSpelling('Almoço', []), { kind: 'unknown' });
  });

  it('does not take short words for each other', () => {
    assert.deepEqual(checkSpelling('TI', ['RH', 'TV']), { kind: 'unknown' });
    assert.deepEqual(checkSpelling('Chá', ['Pé']), { kind: 'unknown' });
  });
});

describe('edit distance', () => {
  for (const [one, other, distance] of [
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
    ['😀a', 'a', 1],
  ] as const) {
    it(`of "${one}" and "${other}" is ${String(distance)}, both ways`, () => {
      assert.equal(editDistance(one, other), distance);
      assert.equal(editDistance(other, one), distance);
    });
  }

  it('is not counted beyond its limit', () => {
    assert.equal(editDistance('abcdefgh', 'zyxwvuts', 2), 3);
    assert.equal(editDistance('abc', 'abcdefgh', 2), 3);
    assert.equal(editDistance('abcd', 'abxy', 2), 2);
  });
});
