import { type CallCard, type PastAttendance } from '../../../shared/desk.js';
import { byId, el, setHidden, setText } from '../../dom/element.js';
import { syncList } from '../../dom/list.js';
import { formatDate, formatPhone } from '../../format.js';
import { type DeskView } from '../desk-store.js';
import { callPhase } from '../phase.js';
import { type Region, type RegionDeps } from './region.js';

/** Who the customer is, what was promised, what was dealt with before. */
export class CustomerPanel implements Region {
  readonly #deps: RegionDeps;
  readonly #empty = byId('customer-empty');
  readonly #data = byId('customer-data');
  readonly #name = byId('customer-name');
  readonly #number = byId('customer-number');
  readonly #promise = byId('customer-promise');
  readonly #promiseText = byId('customer-promise-text');
  readonly #past = byId('customer-past');
  readonly #history = byId('customer-history');
  readonly #noHistory = byId('customer-no-history');

  constructor(deps: RegionDeps) {
    this.#deps = deps;
  }

  render(view: DeskView): void {
    const card = callPhase(view) === 'none' ? null : (view.desk?.call ?? null);
    setHidden(this.#empty, card !== null);
    setHidden(this.#data, card === null);
    if (card !== null) this.#show(card);
  }

  #show(card: CallCard): void {
    const { t } = this.#deps;
    // Who is asked about a call is shown its customer, and not the extension of who asks.
    const { consultation } = card;
    const known =
      consultation === null ? (card.customer?.name ?? card.callback?.customerName) : consultation.customerName;
    setText(this.#name, known ?? t('desk:call.unknown-customer'));
    setText(this.#number, formatPhone(consultation?.number ?? card.number));
    setHidden(this.#past, consultation !== null);
    const notes = card.callback?.notes ?? '';
    setHidden(this.#promise, notes === '');
    setText(this.#promiseText, notes);
    setHidden(this.#noHistory, card.lastAttendances.length > 0);
    syncList(this.#history, card.lastAttendances, {
      key: (past) => past.protocol,
      create: () =>
        el(
          'li',
          {},
          el('span', { class: 'desk-history-subject' }),
          el('span', { class: 'desk-history-when' }),
          el('span', { class: 'desk-history-who' }),
        ),
      update: (item, past) => {
        this.#fill(item, past);
      },
    });
  }

  #fill(item: HTMLElement, past: PastAttendance): void {
    const { t, locale } = this.#deps;
    const [subject, when, who] = [...item.children];
    if (subject !== undefined)
      setText(
        subject,
        past.subject === null
          ? t('desk:record.kind.confidential')
          : past.subject === ''
            ? t('desk:customer.no-subject')
            : past.subject,
      );
    if (when !== undefined) setText(when, formatDate(past.at, locale));
    if (who !== undefined) setText(who, [past.agentName, past.protocol].filter((one) => one !== null).join(' · '));
  }
}
