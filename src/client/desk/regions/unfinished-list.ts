import { type UnfinishedAttendance } from '../../../shared/desk.js';
import { byId, el, setAttribute, setHidden, setText } from '../../dom/element.js';
import { syncList } from '../../dom/list.js';
import { onPress } from '../../dom/press.js';
import { formatMoment } from '../../format.js';
import { groupedProtocol } from '../protocol.js';
import { type RegionDeps } from './region.js';

/** The agent's own records whose calls are over and that were not finished; one click opens one in the form. */
export class UnfinishedList {
  readonly #deps: RegionDeps & { readonly open: (attendanceId: number) => void };
  readonly #box = byId('unfinished');
  readonly #list = byId('unfinished-list');

  constructor(deps: RegionDeps & { readonly open: (attendanceId: number) => void }) {
    this.#deps = deps;
  }

  render(unfinished: readonly UnfinishedAttendance[], openId: number | null): void {
    const { t, locale, now } = this.#deps;
    setHidden(this.#box, unfinished.length === 0);
    syncList(this.#list, unfinished, {
      key: ({ attendanceId }) => String(attendanceId),
      create: ({ attendanceId }) => {
        const button = el(
          'button',
          { type: 'button', class: 'desk-unfinished-choice', 'data-testid': `unfinished-${String(attendanceId)}` },
          el('strong', {}),
          el('span', {}),
        );
        onPress(button, () => {
          this.#deps.open(attendanceId);
        });
        return el('li', {}, button);
      },
      update: (item, { attendanceId, protocol, openedAt, subject }) => {
        const button = item.querySelector('button');
        if (button === null) return;
        const time = formatMoment(openedAt, now(), locale);
        const [name, facts] = [...button.children];
        if (name !== undefined) setText(name, subject === '' ? t('desk:customer.no-subject') : subject);
        if (facts !== undefined) setText(facts, `${time} · ${groupedProtocol(protocol)}`);
        setAttribute(button, 'title', t('desk:record.unfinished-open', { protocol: groupedProtocol(protocol), time }));
        setAttribute(button, 'aria-current', attendanceId === openId ? 'true' : null);
      },
    });
  }
}
