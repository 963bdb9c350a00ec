import assert from 'node:assert/strict';
import { closedText } from '../../../src/client/customer-phone/phone-view.js';
import { createTranslate } from '../../../src/client/i18n.js';
import { customerPhone as en } from '../../../src/shared/i18n/en/customer-phone.js';
import { customerPhone as pt } from '../../../src/shared/i18n/pt-BR/customer-phone.js';

/** Saturday, 21:30 in São Paulo; Sunday by UTC. */
const NOW = Date.UTC(2026, 10, 22, 0, 30);
const DAY = 86_400_000;

function told(opensAt: number | null, locale = 'pt-BR'): string {
  const t = createTranslate({ 'pt-BR': { 'customer-phone': pt }, en: { 'customer-phone': en } }, locale);
  return closedText(opensAt, NOW, { t, locale, timeZone: 'America/Sao_Paulo' });
}

describe('what a customer is told who calls a closed queue', () => {
  for (const [opening, opensAt, text] of [
    ['nobody knows of', null, 'Fora do horário de atendimento.'],
    ['of the same day', NOW + 3_600_000, 'Fora do horário de atendimento. Abre hoje às 22:30.'],
    ['of another day', Date.UTC(2026, 10, 23, 11), 'Fora do horário de atendimento. Abre segunda-feira às 08:00.'],
    [
      'of the same weekday, a week on',
      Date.UTC(2026, 10, 28, 11),
      'Fora do horário de atendimento. Abre sábado, 28/11 às 08:00.',
    ],
    ['weeks ahead', NOW + 20 * DAY, 'Fora do horário de atendimento. Abre sexta-feira, 11/12 às 21:30.'],
  ] as const) {
    it(`names the opening ${opening}`, () => {
      assert.equal(told(opensAt), text);
    });
  }

  it('speaks English too', () => {
    assert.match(told(Date.UTC(2026, 10, 23, 11), 'en'), /^We are closed\. We open on Monday at 08:00\sAM\.$/);
  });
});
