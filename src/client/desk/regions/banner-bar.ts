import { byId, el, setAttribute, setText } from '../../dom/element.js';
import { icon } from '../../dom/icon.js';
import { syncList } from '../../dom/list.js';
import { onPress } from '../../dom/press.js';
import { formatTime } from '../../format.js';
import { type Banner, type BannerAction, banners } from '../banners.js';
import { type DeskView } from '../desk-store.js';
import { type Region, type RegionDeps } from './region.js';

/** A notice goes by itself; a banner stays for as long as its cause. */
const NOTICE_MS = 8000;

interface Shown {
  readonly key: string;
  readonly tone: Banner['tone'] | 'success';
  readonly text: string;
  readonly actions: readonly NonNullable<Banner['action']>[];
  readonly isNotice: boolean;
}

export interface BannerBarDeps extends RegionDeps {
  readonly act: (action: BannerAction) => Promise<void>;
  readonly say: (text: string) => void;
}

/** What is wrong, what the page does about it, and what the person can do. */
export class BannerBar implements Region {
  readonly #deps: BannerBarDeps;
  readonly #bar = byId('banners');
  /** Lies over the page, so that what comes and goes by itself moves nothing. */
  readonly #corner = byId('notices');
  readonly #notices = new Map<number, Shown>();
  #shown: readonly Shown[] = [];
  #isCounting = false;
  #nextNotice = 0;

  constructor(deps: BannerBarDeps) {
    this.#deps = deps;
  }

  render(view: DeskView): void {
    this.#isCounting = false;
    this.#shown = banners(view).map((banner) => {
      this.#isCounting ||= banner.until !== null;
      return {
        key: banner.kind,
        tone: banner.tone,
        text: this.#textOf(banner),
        actions: [banner.action, banner.alternative].filter((action) => action !== null),
        isNotice: false,
      };
    });
    this.#draw();
  }

  tick(view: DeskView): void {
    if (this.#isCounting) this.render(view);
  }

  #textOf({ text, at, until, params }: Banner): string {
    if (typeof text !== 'string') return text.sentence;
    const { t, locale, now } = this.#deps;
    return t(text, {
      ...params,
      ...(at === null ? {} : { time: formatTime(at, locale) }),
      ...(until === null ? {} : { seconds: Math.max(0, Math.ceil((until - now()) / 1000)) }),
    });
  }

  /** Something that has just happened; it is also announced. */
  notice(tone: 'danger' | 'success', text: string): void {
    const id = this.#nextNotice;
    this.#nextNotice += 1;
    this.#notices.set(id, { key: `notice-${id}`, tone, text, actions: [], isNotice: true });
    this.#deps.say(text);
    this.#draw();
    setTimeout(() => {
      this.#close(`notice-${id}`);
    }, NOTICE_MS);
  }

  #close(key: string): void {
    for (const [id, notice] of this.#notices) if (notice.key === key) this.#notices.delete(id);
    this.#draw();
  }

  #draw(): void {
    this.#sync(this.#bar, this.#shown);
    this.#sync(this.#corner, [...this.#notices.values()]);
  }

  #sync(host: HTMLElement, shown: readonly Shown[]): void {
    syncList(host, shown, {
      key: (shown) => shown.key,
      create: (shown) => this.#create(shown),
      update: (element, shown) => {
        setAttribute(element, 'data-tone', shown.tone);
        const text = element.querySelector('.desk-banner-text');
        if (text !== null) setText(text, shown.text);
      },
    });
  }

  #create(shown: Shown): HTMLElement {
    const { t, act } = this.#deps;
    const element = el(
      'div',
      shown.isNotice
        ? { class: 'desk-banner', 'data-testid': 'notice' }
        : { class: 'desk-banner', 'data-testid': 'banner', 'data-banner': shown.key },
      icon(shown.tone === 'success' ? 'circle-check' : shown.tone === 'info' ? 'info-circle' : 'alert-triangle'),
      el('span', { class: 'desk-banner-text' }),
    );
    for (const action of shown.actions) {
      const button = el('button', { type: 'button', class: 'btn btn-sm', 'data-testid': action.name }, t(action.label));
      onPress(button, () => act(action.name));
      element.append(button);
    }
    if (shown.isNotice) {
      const close = el('button', { type: 'button', class: 'btn-close', 'aria-label': t('desk:banner.close') });
      onPress(close, () => {
        this.#close(shown.key);
      });
      element.append(close);
    }
    return element;
  }
}
