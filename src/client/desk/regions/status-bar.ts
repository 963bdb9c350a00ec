import { type AgentSnapshot, type PauseReasonRef } from '../../../shared/agent-state.js';
import { pauseLimitOf } from '../../../shared/pause-limit.js';
import { byId, el, setAttribute, setHidden, setText } from '../../dom/element.js';
import { syncList } from '../../dom/list.js';
import { Menu } from '../../dom/menu.js';
import { onPress, setPressable } from '../../dom/press.js';
import { formatDuration } from '../../format.js';
import { type Controls } from '../controls.js';
import { type DeskView } from '../desk-store.js';
import { statusChips, type StatusChip } from '../status-chips.js';
import { type Region, type RegionDeps } from './region.js';

export interface StatusActions {
  pause(reasonId: number): Promise<void>;
  resume(): Promise<void>;
  dropPause(): Promise<void>;
  endShift(): Promise<void>;
}

/** The person's own state, its time, the pauses, and the end of the shift. */
export class StatusBar implements Region {
  readonly pauseMenu: Menu;
  readonly #deps: RegionDeps & { readonly actions: StatusActions };
  readonly #status = byId('agent-status');
  readonly #dot = byId('status-dot');
  readonly #word = byId('status-word');
  readonly #limit = byId('status-limit');
  readonly #blockers = byId('status-blockers');
  readonly #time = byId('status-time');
  readonly #pauseButton = byId('pause-menu');
  readonly #pauseList = byId('pause-list');
  readonly #resume = byId('resume');
  readonly #endShift = byId('end-shift');
  readonly #answered = byId('today-answered');
  readonly #average = byId('today-average');

  constructor(deps: RegionDeps & { readonly actions: StatusActions }) {
    this.#deps = deps;
    this.pauseMenu = new Menu(this.#pauseButton, this.#pauseList);
    onPress(this.#resume, () => deps.actions.resume());
    onPress(this.#endShift, () => deps.actions.endShift());
  }

  render(view: DeskView, controls: Controls): void {
    const { desk } = view;
    this.#setPressable(this.#pauseButton, controls.pause);
    this.#setPressable(this.#resume, controls.resume);
    this.#setPressable(this.#endShift, controls['end-shift']);
    if (controls.pause !== null) this.pauseMenu.close({ focus: false });
    if (desk === null) return;
    this.#renderStatus(desk.agent);
    this.#renderReasons(desk.pauseReasons);
    setText(this.#answered, this.#deps.t('desk:today.answered', { count: desk.today.answered }));
    const average = desk.today.averageHandlingSeconds;
    const time = average === null ? '–' : formatDuration(average);
    setText(this.#average, this.#deps.t('desk:today.average', { time }));
    this.tick(view);
  }

  tick(view: DeskView): void {
    const { desk } = view;
    if (desk === null) return;
    const now = this.#deps.now();
    setText(this.#time, formatDuration((now - desk.agent.since) / 1000));
    this.#renderLimit(desk.agent, now);
    this.#renderChips(statusChips(desk.agent), now);
  }

  /** A pause that has a limit counts up with it in sight; nobody is sent back when it is over. */
  #renderLimit(agent: AgentSnapshot, now: number): void {
    const limit = pauseLimitOf(agent, now);
    setAttribute(this.#status, 'data-limit', limit?.state ?? null);
    setHidden(this.#limit, limit === null);
    if (limit === null) return;
    const text = formatDuration(limit.limitSeconds);
    setText(this.#limit, this.#deps.t(`desk:status.limit-${limit.state}`, { limit: text }));
  }

  #renderChips(chips: readonly StatusChip[], now: number): void {
    setHidden(this.#blockers, chips.length === 0);
    const { t, actions } = this.#deps;
    syncList(this.#blockers, chips, {
      key: (chip) => chip.key,
      create: (chip) => {
        const item = el(
          'li',
          { class: 'desk-blocker', 'data-blocker': chip.kind },
          el('span', { class: 'state-dot', 'data-status': chip.shape, 'aria-hidden': 'true' }),
          el('span', { class: 'desk-blocker-name' }),
          el('span', { class: 'desk-blocker-time', 'aria-hidden': 'true' }),
          el('span', { class: 'desk-blocker-hint' }, chip.hint === null ? '' : t(chip.hint)),
        );
        if (chip.kind === 'next-pause') {
          const label = t('desk:status.drop-pause', chip.params);
          const drop = el('button', {
            type: 'button',
            class: 'btn-close',
            title: label,
            'aria-label': label,
            'data-testid': 'drop-pause',
          });
          onPress(drop, () => actions.dropPause());
          item.append(drop);
        }
        return item;
      },
      update: (item, chip) => {
        const [, name, time] = [...item.children];
        if (name !== undefined) setText(name, t(chip.text, chip.params));
        if (time !== undefined) setText(time, chip.since === null ? '' : formatDuration((now - chip.since) / 1000));
      },
    });
  }

  #renderStatus(agent: AgentSnapshot): void {
    const { t } = this.#deps;
    for (const element of [this.#status, this.#dot]) {
      setAttribute(element, 'data-status', agent.status);
      setAttribute(element, 'data-productive', agent.pauseReason?.isProductive === true ? 'true' : null);
    }
    const status = t(`desk:status.${agent.status}`);
    const reason = agent.status === 'paused' ? (agent.pauseReason?.name ?? t('desk:status.missed')) : undefined;
    setText(this.#word, reason === undefined ? status : t('desk:status.reason', { status, reason }));
  }

  #renderReasons(reasons: readonly PauseReasonRef[]): void {
    const { t, actions } = this.#deps;
    if (reasons.length === 0) {
      if (this.#pauseList.childElementCount !== 1) {
        this.#pauseList.replaceChildren(el('p', { class: 'desk-empty' }, t('desk:pause.none')));
      }
      return;
    }
    syncList(this.#pauseList, reasons, {
      key: (reason) => String(reason.id),
      create: (reason) => {
        const item = el('button', {
          type: 'button',
          role: 'menuitem',
          tabindex: '-1',
          'data-testid': `pause-reason-${reason.id}`,
        });
        item.append(
          el('span', { class: 'state-dot', 'data-status': 'paused', 'aria-hidden': 'true' }),
          el('span', { class: 'desk-menu-name' }),
          el('span', { class: 'desk-menu-note' }),
        );
        onPress(item, () => actions.pause(reason.id));
        return item;
      },
      update: (item, reason) => {
        const [dot, name, note] = [...item.children];
        if (dot !== undefined) setAttribute(dot, 'data-productive', reason.isProductive ? 'true' : null);
        if (name !== undefined) setText(name, reason.name);
        if (note !== undefined) setText(note, reason.isProductive ? t('desk:pause.productive') : '');
      },
    });
  }

  #setPressable(button: HTMLElement, why: Controls['pause']): void {
    setPressable(button, why === null ? null : this.#deps.t(why));
  }
}
