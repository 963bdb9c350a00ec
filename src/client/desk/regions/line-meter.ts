import { type Translate } from '../../../shared/i18n/messages.js';
import { byId, setAttribute, setText } from '../../dom/element.js';
import { type CallStats, lineQuality } from '../../softphone/call-stats.js';
import { type DeskView } from '../desk-store.js';
import { type Region } from './region.js';

const LOOK_EVERY_MS = 2000;

export interface LineMeterDeps {
  readonly t: Translate;
  readonly stats: () => Promise<CallStats | null>;
}

/** Whether the phone is registered, and in a call how good the line is. */
export class LineMeter implements Region {
  readonly #deps: LineMeterDeps;
  readonly #line = byId('line');
  readonly #text = byId('line-text');
  #before: CallStats | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(deps: LineMeterDeps) {
    this.#deps = deps;
  }

  render(view: DeskView): void {
    const talking = view.phone.call?.state === 'talking';
    if (!talking) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#before = null;
      this.#showLine(view);
    } else this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    const stats = await this.#deps.stats();
    if (stats !== null && this.#before !== null && this.#timer !== undefined) this.#showQuality(this.#before, stats);
    this.#before = stats;
  }

  #showLine(view: DeskView): void {
    const { t } = this.#deps;
    if (view.phone.isRegistered) this.#show('registered', t('desk:line.registered'), null);
    else if (view.phone.line.status === 'stopped') this.#show('off', t('desk:line.off'), null);
    else this.#show('connecting', t('desk:line.connecting'), null);
  }

  #showQuality(before: CallStats, now: CallStats): void {
    const quality = lineQuality(before, now);
    const { t } = this.#deps;
    const numbers = t('desk:line.numbers', {
      trip: now.roundTripTime === null ? '–' : Math.round(now.roundTripTime * 1000),
      jitter: now.jitter === null ? '–' : Math.round(now.jitter * 1000),
      lost: now.packetsLost,
    });
    this.#show(quality, t(`desk:line.${quality}`), numbers);
  }

  #show(quality: string, text: string, title: string | null): void {
    setAttribute(this.#line, 'data-quality', quality);
    setText(this.#text, text);
    setAttribute(this.#line, 'title', title);
  }
}
