import { type CallbackView } from '../../shared/desk.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { formatMoment } from '../format.js';
import { confirmDialog } from './confirm.js';
import { type DeskController } from './desk-controller.js';
import { type BannerBar } from './regions/banner-bar.js';
import { CallbackForm } from './regions/callback-form.js';
import { CallbackList, nameOf } from './regions/callback-list.js';
import { type Region, type RegionDeps } from './regions/region.js';

export interface CallbackRegionsDeps extends RegionDeps {
  readonly timeZone: string;
  readonly controller: DeskController;
  readonly banners: BannerBar;
}

/** The list of promises and the dialog that makes one. */
export function createCallbackRegions(deps: CallbackRegionsDeps): readonly Region[] {
  const { t, now, locale, controller, banners } = deps;
  const moment = (callback: CallbackView): string => formatMoment(callback.dueAt, now(), locale);
  const list = new CallbackList({
    ...deps,
    reasonText: (reason) => {
      // The reason is a key that the server sends; one that this page does not know is left out.
      const text = t(`callbacks:${reason}` as MessageKey);
      return text === reason ? null : text;
    },
    cancel: async (callback) => {
      const question = t('desk:confirm.cancel-callback', { name: nameOf(callback), time: moment(callback) });
      if (await confirmDialog(question)) await controller.cancelCallback(callback.id);
    },
  });
  const form = new CallbackForm({
    ...deps,
    book: (booking) => controller.book(booking),
    onBooked: (callback) => {
      banners.notice('success', t('desk:booking.done', { time: moment(callback) }));
    },
  });
  return [list, form];
}
