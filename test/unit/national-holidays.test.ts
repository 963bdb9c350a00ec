import assert from 'node:assert/strict';
import { dateIn, datesBetween, isDate } from '../../src/modules/holidays/holiday.domain.js';
import { easterOf, nationalHolidaysOf } from '../../src/modules/holidays/national-holidays.domain.js';

describe('national holidays', () => {
  it('follow Easter, 2024 to 2035', () => {
    const known = [
      '2024-03-31',
      '2025-04-20',
      '2026-04-05',
      '2027-03-28',
      '2028-04-16',
      '2029-04-01',
      '2030-04-21',
      '2031-04-13',
      '2032-03-28',
      '2033-04-17',
      '2034-04-09',
      '2035-03-25',
    ];
    assert.deepEqual(
      known.map((_, i) => easterOf(2024 + i)),
      known,
    );
    // The earliest and the latest there can be.
    assert.equal(easterOf(1818), '1818-03-22');
    assert.equal(easterOf(2038), '2038-04-25');
  });

  it('are the ten of the law, with the optional points marked', () => {
    const of2026 = nationalHolidaysOf(2026);
    assert.deepEqual(
      of2026.filter(({ kind }) => kind === 'national').map(({ date }) => date.slice(5)),
      ['01-01', '04-03', '04-21', '05-01', '09-07', '10-12', '11-02', '11-15', '11-20', '12-25'],
    );
    assert.deepEqual(
      of2026.filter(({ kind }) => kind === 'optional').map(({ date, name }) => `${date} ${name}`),
      ['2026-02-16 Segunda-feira de Carnaval', '2026-02-17 Terça-feira de Carnaval', '2026-06-04 Corpus Christi'],
    );
    assert.equal(of2026.find(({ date }) => date.endsWith('11-20'))?.law, 'Lei 14.759/2023');
  });

  it('do not name a day before its law', () => {
    assert.ok(!nationalHolidaysOf(2023).some(({ date }) => date === '2023-11-20'));
    assert.ok(nationalHolidaysOf(2024).some(({ date }) => date === '2024-11-20'));
  });
});

describe('dates of holidays', () => {
  it('come every year, or once', () => {
    assert.equal(dateIn('12-25', 2027), '2027-12-25');
    assert.equal(dateIn('2026-12-25', 2026), '2026-12-25');
    assert.equal(dateIn('2026-12-25', 2027), null);
    assert.equal(dateIn('02-29', 2027), null);
    assert.equal(dateIn('02-29', 2028), '2028-02-29');
  });

  it('are found over the turn of a year', () => {
    assert.deepEqual(
      [...datesBetween(['01-01', '12-25', '2027-01-02', '2026-11-20'], '2026-12-20', '2027-01-02')].sort(),
      ['2026-12-25', '2027-01-01', '2027-01-02'],
    );
  });

  it('exist or not', () => {
    for (const date of ['2026-02-28', '2028-02-29']) assert.ok(isDate(date), date);
    for (const text of ['2026-02-29', '2026-13-01', '2026-2-1', '', 'hoje', '2026-02-28T00:00'])
      assert.ok(!isDate(text), text);
  });
});
