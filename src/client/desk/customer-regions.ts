import { type DeskController } from './desk-controller.js';
import { CommandError, type DeskLink } from './desk-link.js';
import { type BannerBar } from './regions/banner-bar.js';
import { CustomerIdentify } from './regions/customer-identify.js';
import { CustomerPanel } from './regions/customer-panel.js';
import { DayHistory } from './regions/day-history.js';
import { type Region, type RegionDeps } from './regions/region.js';
import { type Speaker } from './speaker.js';

export interface CustomerRegionsDeps extends RegionDeps {
  /** Of the page's root: what the profile allows. */
  readonly data: DOMStringMap;
  readonly link: DeskLink;
  readonly controller: DeskController;
  readonly banners: BannerBar;
  readonly speaker: Speaker;
}

/** Who the customer is, how that is said where nobody knows, and whom the agent spoke to today. */
export function createCustomerRegions(deps: CustomerRegionsDeps): readonly Region[] {
  const { t, data, link, controller, banners, speaker } = deps;
  return [
    new CustomerPanel(deps),
    new CustomerIdentify({
      ...deps,
      send: (event, payload) => link.send(event, payload),
      may: {
        create: data['canCreateCustomer'] === 'true',
        list: data['canListCustomers'] === 'true',
        edit: data['canEditCustomer'] === 'true',
      },
      say: (text) => {
        speaker.say(text);
      },
    }),
    new DayHistory({
      ...deps,
      load: () => link.send('desk:history', {}),
      dial: (number) => controller.dial(number),
      refused: (error) => {
        banners.notice('danger', error instanceof CommandError ? error.message : t('desk:error.unknown'));
      },
    }),
  ];
}
