import { type CallCard } from '../../../shared/desk.js';
import { type MessageKey } from '../../../shared/i18n/messages.js';
import { byId, el, setAttribute, setHidden, setText } from '../../dom/element.js';
import { formatDuration, formatPhone } from '../../format.js';
import { type DeskView } from '../desk-store.js';
import { groupedProtocol, uraChoice } from '../protocol.js';
import {
  type CallPhase,
  callPhase,
  callerName,
  isOnShift,
  isPhoneElsewhere,
  isRestoringAudio,
  nameOf,
  PHASE_STATUS,
} from '../phase.js';
import { type Region, type RegionDeps } from './region.js';

/** The call in hand: who, from where, how long. Always at the same place, whatever its state. */
export class CallPanel implements Region {
  readonly #deps: RegionDeps;
  readonly #panel = byId('panel-call');
  readonly #card = byId('call-card');
  readonly #dot = byId('call-dot');
  readonly #phase = byId('call-phase');
  readonly #time = byId('call-time');
  readonly #name = byId('call-name');
  readonly #facts = byId('call-facts');
  readonly #promise = byId('call-promise');

  constructor(deps: RegionDeps) {
    this.#deps = deps;
  }

  render(view: DeskView): void {
    const phase = callPhase(view);
    setAttribute(this.#panel, 'data-phase', phase);
    setAttribute(this.#panel, 'data-call-id', view.desk?.call?.callId ?? null);
    setAttribute(this.#dot, 'data-status', PHASE_STATUS[phase]);
    setHidden(this.#card, phase === 'none' && view.desk !== null && !isOnShift(view));
    setText(this.#phase, this.#deps.t(phaseText(view, phase)));
    setText(this.#name, this.#nameOf(view, phase));
    this.#facts.replaceChildren(...this.#factsOf(view, phase));
    const promise = phase === 'none' ? '' : (view.desk?.call?.callback?.notes ?? '');
    setHidden(this.#promise, promise === '');
    setText(this.#promise, promise);
    this.tick(view);
  }

  tick(view: DeskView): void {
    const card = view.desk?.call ?? null;
    const phase = callPhase(view);
    if (card === null || phase === 'none' || phase === 'wrap-up') {
      setText(this.#time, '');
      return;
    }
    setText(this.#time, formatDuration((this.#deps.now() - (card.answeredAt ?? card.startedAt)) / 1000));
  }

  #nameOf(view: DeskView, phase: CallPhase): string {
    if (phase === 'none') {
      const isAvailable = view.desk?.agent.status === 'available' && !isPhoneElsewhere(view);
      return this.#deps.t(isAvailable ? 'desk:call.none-available' : 'desk:call.none-other');
    }
    const card = view.desk?.call ?? null;
    if (card === null) return formatPhone(callerName(view) ?? '');
    return nameOf(card) ?? formatPhone(card.number);
  }

  #factsOf(view: DeskView, phase: CallPhase): readonly Node[] {
    const card = view.desk?.call ?? null;
    if (card === null || phase === 'none') return [];
    const facts = this.#words(view, card).map((words) => el('span', {}, words));
    if (isRestoringAudio(view)) {
      facts.push(el('span', { class: 'desk-restoring' }, this.#deps.t('desk:call.restoring')));
    }
    if (view.phone.call?.isOtherAway === true) {
      facts.push(el('span', { class: 'desk-restoring' }, this.#deps.t('desk:call.other-away')));
    }
    return facts;
  }

  #words(view: DeskView, card: CallCard): readonly string[] {
    const { t } = this.#deps;
    const { consultation } = card;
    if (consultation !== null) {
      const name = consultation.customerName ?? formatPhone(consultation.number);
      return [
        t('desk:call.direction.consult'),
        t('desk:call.consult-about', { name }),
        ...(consultation.queueName === null ? [] : [consultation.queueName]),
        ...(consultation.protocol === null
          ? []
          : [t('desk:call.protocol', { protocol: groupedProtocol(consultation.protocol) })]),
      ];
    }
    const name = nameOf(card);
    const second = view.desk?.second ?? null;
    if (card.isConference && second !== null) {
      const first = name ?? formatPhone(card.number);
      return [t('desk:call.conference-of', { first, second: formatPhone(second.label) })];
    }
    // Of a second call that is the only one now, nobody has to be told that it is no customer's.
    const isConsult = card.direction === 'consult';
    return [
      name === null && !isConsult ? t('desk:call.unknown-customer') : formatPhone(card.number),
      card.queueName ?? t(`desk:call.direction.${card.direction}`),
      ...(card.waitedSeconds === null ? [] : [t('desk:call.waited', { time: formatDuration(card.waitedSeconds) })]),
      ...this.#recordWords(card),
    ];
  }

  /** What is known before anybody answers: the protocol the URA gave, and what was keyed there. */
  #recordWords({ attendance }: CallCard): readonly string[] {
    if (attendance === null) return [];
    const { t } = this.#deps;
    const choice = uraChoice(attendance.ura);
    return [
      t('desk:call.protocol', { protocol: groupedProtocol(attendance.protocol) }),
      ...(choice === null ? [] : [t('desk:record.ura', { choice })]),
    ];
  }
}

function phaseText(view: DeskView, phase: CallPhase): MessageKey {
  const card = view.desk?.call ?? null;
  switch (phase) {
    case 'none':
      return 'desk:call.none';
    case 'ringing':
      return view.phone.call?.autoAnswer === true ? 'desk:call.connecting-phone' : ringingText(card);
    case 'wrap-up':
      return 'desk:call.ended';
    default:
      if (card?.isConference === true) return 'desk:call.conference';
      if (phase === 'talking' && (card?.consultation ?? null) !== null) return 'desk:call.consult-talking';
      return `desk:call.${phase}`;
  }
}

function ringingText(card: CallCard | null): MessageKey {
  if ((card?.consultation ?? null) !== null) return 'desk:call.consult-ringing';
  return card?.direction === 'callback' ? 'desk:call.ringing-callback' : 'desk:call.ringing';
}
