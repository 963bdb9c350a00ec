import { type AttendanceForm } from '../../shared/desk.js';

/** Day, number and check digit apart, as it is read to the customer. */
export function groupedProtocol(protocol: string): string {
  return [protocol.slice(0, 8), protocol.slice(8, -1), protocol.slice(-1)].join(' ');
}

/** Digit by digit, so that a screen reader does not read a number of billions. */
export function spokenProtocol(protocol: string): string {
  return Array.from(protocol).join(' ');
}

/** What the caller keyed and what that meant there: `2 – cancelamento`. Null when the URA said nothing. */
export function uraChoice(ura: AttendanceForm['ura']): string | null {
  const known = [ura?.digits ?? '', ura?.menu ?? ''].filter((part) => part !== '');
  return known.length === 0 ? null : known.join(' – ');
}
