import type { Freshness } from './board-store.js';
import { part, setData, setText } from './dom.js';
import { formatTime } from '../../shared/format.js';
import type { BoardTranslate } from './messages.js';

/** The age in its corner; and when the board cannot be believed, the word over it. */
export class FreshnessView {
  readonly #root: HTMLElement;
  readonly #age: HTMLElement;
  readonly #banner: HTMLElement;
  readonly #title: HTMLElement;
  readonly #why: HTMLElement;
  readonly #t: BoardTranslate;
  readonly #locale: string;

  constructor(root: HTMLElement, t: BoardTranslate, locale: string) {
    this.#root = root;
    this.#age = part(root, 'age');
    this.#banner = part(root, 'stale');
    this.#title = part(root, 'stale-title');
    this.#why = part(root, 'stale-why');
    this.#t = t;
    this.#locale = locale;
  }

  show(freshness: Freshness): void {
    setData(this.#root, 'freshness', freshness.state);
    setText(this.#age, this.#ageText(freshness));
    const stale = freshness.state === 'stale';
    if (stale) {
      setText(this.#title, this.#t('stale.title', { time: formatTime(freshness.lostAt, this.#locale) }));
      const sentences = [
        this.#t(`stale.${freshness.why}`),
        this.#t('stale.last-good', { time: formatTime(freshness.goodAt, this.#locale) }),
        this.#t('stale.reconnecting'),
      ];
      setText(this.#why, sentences.join(' '));
    }
    this.#banner.hidden = !stale;
  }

  #ageText(freshness: Freshness): string {
    if (freshness.state === 'empty') return this.#t('age.never');
    const seconds = Math.floor(freshness.ageMs / 1000);
    return seconds < 120 ? this.#t('age', { seconds }) : this.#t('age.minutes', { minutes: Math.floor(seconds / 60) });
  }
}
