import { type ConsultationView } from '../../../shared/desk.js';
import { byId, setAttribute, setHidden, setText } from '../../dom/element.js';
import { formatPhone } from '../../format.js';
import { type DeskView } from '../desk-store.js';
import { callPhase } from '../phase.js';
import { groupedProtocol } from '../protocol.js';
import { type Region, type RegionDeps } from './region.js';

/** For who is asked about a call of somebody else: what was written so far, to read and not to change. */
export class ConsultRecord implements Region {
  readonly #deps: RegionDeps;
  readonly #panel = byId('panel-record');
  readonly #box = byId('consult-record');
  readonly #title = byId('consult-title');
  readonly #facts = byId('consult-facts');
  readonly #subject = byId('consult-subject');
  readonly #description = byId('consult-description');
  readonly #empty = byId('consult-empty');

  constructor(deps: RegionDeps) {
    this.#deps = deps;
  }

  render(view: DeskView): void {
    const phase = callPhase(view);
    const asked = phase === 'none' || phase === 'wrap-up' ? null : (view.desk?.call?.consultation ?? null);
    setHidden(this.#box, asked === null);
    setAttribute(this.#panel, 'data-consult', asked === null ? null : 'true');
    if (asked !== null) this.#show(asked);
  }

  #show(asked: ConsultationView): void {
    const { t } = this.#deps;
    const { record } = asked;
    setText(this.#title, t('desk:consult.title', { name: asked.agentName }));
    const facts = [
      asked.customerName ?? '',
      formatPhone(asked.number),
      asked.queueName ?? '',
      asked.protocol === null ? '' : t('desk:call.protocol', { protocol: groupedProtocol(asked.protocol) }),
    ];
    setText(this.#facts, facts.filter((fact) => fact !== '').join(' · '));
    const isWritten = record !== null && `${record.subject}${record.description}` !== '';
    setHidden(this.#empty, isWritten || record === null);
    // What is written may be for its agent alone.
    setText(
      this.#subject,
      record !== null ? record.subject : asked.protocol === null ? '' : t('desk:record.kind.confidential'),
    );
    setText(this.#description, record?.description ?? '');
  }
}
