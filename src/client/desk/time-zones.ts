/** Brazil's zones as people know them: by a city, the largest first. Names need no translation. */
export const BRAZILIAN_ZONES: readonly { readonly id: string; readonly city: string }[] = [
  { id: 'America/Sao_Paulo', city: 'Brasília, São Paulo' },
  { id: 'America/Bahia', city: 'Salvador' },
  { id: 'America/Fortaleza', city: 'Fortaleza, João Pessoa' },
  { id: 'America/Recife', city: 'Recife' },
  { id: 'America/Maceio', city: 'Maceió' },
  { id: 'America/Belem', city: 'Belém' },
  { id: 'America/Santarem', city: 'Santarém' },
  { id: 'America/Araguaina', city: 'Palmas' },
  { id: 'America/Manaus', city: 'Manaus' },
  { id: 'America/Cuiaba', city: 'Cuiabá' },
  { id: 'America/Campo_Grande', city: 'Campo Grande' },
  { id: 'America/Porto_Velho', city: 'Porto Velho' },
  { id: 'America/Boa_Vista', city: 'Boa Vista' },
  { id: 'America/Eirunepe', city: 'Eirunepé' },
  { id: 'America/Rio_Branco', city: 'Rio Branco' },
  { id: 'America/Noronha', city: 'Fernando de Noronha' },
];

/** Area codes (DDD) of states that do not keep Brasília's time. */
const ZONE_OF_AREA: Readonly<Record<string, string>> = {
  '65': 'America/Cuiaba',
  '66': 'America/Cuiaba',
  '67': 'America/Campo_Grande',
  '68': 'America/Rio_Branco',
  '69': 'America/Porto_Velho',
  '92': 'America/Manaus',
  '95': 'America/Boa_Vista',
  '97': 'America/Manaus',
};

/** The zone where a number most likely is. Mobile phones travel; it is an offer, not an answer. */
export function likelyZone(number: string, otherwise: string): string {
  const area = /^\+55(\d{2})\d{8,9}$/.exec(number)?.[1];
  return (area === undefined ? undefined : ZONE_OF_AREA[area]) ?? otherwise;
}

/** `UTC−3`, at that moment. */
export function zoneOffset(timeZone: string, at: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(at);
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  return name.replace('GMT', 'UTC').replace('-', '−');
}

/** `Manaus` for `America/Manaus`. */
export function zoneCity(timeZone: string): string {
  const known = BRAZILIAN_ZONES.find((zone) => zone.id === timeZone);
  return known?.city ?? timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

/** Date and time of a moment by the clocks of a zone, as form fields have them. */
export function localFields(at: number, timeZone: string): { readonly date: string; readonly time: string } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return { date: `${part('year')}-${part('month')}-${part('day')}`, time: `${part('hour')}:${part('minute')}` };
}

/**
 * The moment at which the clocks of a zone show that date and time; null when either is not written in full. For a time
 * that does not exist there (clocks go forward) the moment an hour on.
 */
export function momentOf(date: string, time: string, timeZone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^\d{2}:\d{2}$/.test(time)) return null;
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(asUtc)) return null;
  // The zone's distance from UTC is not known before the moment is; two rounds settle it, also around a change of clocks.
  let moment = asUtc;
  for (let round = 0; round < 2; round += 1) {
    const shown = localFields(moment, timeZone);
    moment += asUtc - Date.parse(`${shown.date}T${shown.time}:00Z`);
  }
  return moment;
}

/** Every zone that is not Brazil's; empty where the browser does not list them. */
export function otherZones(): readonly string[] {
  const brazilian = new Set(BRAZILIAN_ZONES.map((zone) => zone.id));
  return Intl.supportedValuesOf('timeZone').filter((zone) => !brazilian.has(zone) && zone.includes('/'));
}
