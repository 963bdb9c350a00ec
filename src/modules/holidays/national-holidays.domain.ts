import { type HolidayKind } from './holiday.domain.js';

/** A day that Brazil offers, with the act it rests on. */
export interface OfferedHoliday {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly name: string;
  readonly kind: Extract<HolidayKind, 'national' | 'optional'>;
  readonly law: string;
}

/** Fixed dates. Lei 662/1949 as Lei 10.607/2002 left it; the others have laws of their own. */
const FIXED: readonly { readonly day: string; readonly name: string; readonly law: string; readonly since: number }[] =
  [
    { day: '01-01', name: 'Confraternização Universal', law: 'Lei 662/1949', since: 1949 },
    { day: '04-21', name: 'Tiradentes', law: 'Lei 10.607/2002', since: 2003 },
    { day: '05-01', name: 'Dia do Trabalho', law: 'Lei 662/1949', since: 1949 },
    { day: '09-07', name: 'Independência do Brasil', law: 'Lei 662/1949', since: 1949 },
    { day: '10-12', name: 'Nossa Senhora Aparecida', law: 'Lei 6.802/1980', since: 1980 },
    { day: '11-02', name: 'Finados', law: 'Lei 10.607/2002', since: 2003 },
    { day: '11-15', name: 'Proclamação da República', law: 'Lei 662/1949', since: 1949 },
    {
      day: '11-20',
      name: 'Dia Nacional de Zumbi e da Consciência Negra',
      law: 'Lei 14.759/2023',
      since: 2024,
    },
    { day: '12-25', name: 'Natal', law: 'Lei 662/1949', since: 1949 },
  ];

/**
 * Days that follow Easter. Good Friday is kept everywhere under Lei 9.093/1995; Carnival and Corpus Christi are no
 * holidays by federal law but optional points, decreed each year, and holidays only where a town or state says so.
 */
const MOVABLE: readonly (Omit<OfferedHoliday, 'date'> & { readonly daysFromEaster: number })[] = [
  { daysFromEaster: -48, name: 'Segunda-feira de Carnaval', kind: 'optional', law: 'Ponto facultativo' },
  { daysFromEaster: -47, name: 'Terça-feira de Carnaval', kind: 'optional', law: 'Ponto facultativo' },
  { daysFromEaster: -2, name: 'Sexta-feira Santa', kind: 'national', law: 'Lei 9.093/1995' },
  { daysFromEaster: 60, name: 'Corpus Christi', kind: 'optional', law: 'Ponto facultativo' },
];

/** The national holidays of Brazil in a year of our time, and the optional points beside them, by date. */
export function nationalHolidaysOf(year: number): readonly OfferedHoliday[] {
  const fixed = FIXED.filter(({ since }) => year >= since).map(({ day, name, law }): OfferedHoliday => ({
    date: `${String(year)}-${day}`,
    name,
    kind: 'national',
    law,
  }));
  const easter = Date.parse(`${easterOf(year)}T00:00:00Z`);
  const movable = MOVABLE.map(({ daysFromEaster, ...holiday }): OfferedHoliday => {
    return { date: new Date(easter + daysFromEaster * 86_400_000).toISOString().slice(0, 10), ...holiday };
  });
  return [...fixed, ...movable].sort((a, b) => a.date.localeCompare(b.date));
}

/** Easter Sunday of the Gregorian calendar, `YYYY-MM-DD`: the computus of Meeus, Jones and Butcher. */
export function easterOf(year: number): string {
  const goldenNumber = year % 19;
  const century = Math.floor(year / 100);
  const inCentury = year % 100;
  const moonCorrection = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * goldenNumber + century - Math.floor(century / 4) - moonCorrection + 15) % 30;
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7;
  const lateMoon = Math.floor((goldenNumber + 11 * epact + 22 * toSunday) / 451);
  const days = epact + toSunday - 7 * lateMoon + 114;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(year)}-${two(Math.floor(days / 31))}-${two((days % 31) + 1)}`;
}
