import { type DeskController } from './desk-controller.js';
import { type DeskLink } from './desk-link.js';
import { type BannerBar } from './regions/banner-bar.js';
import { CallCards } from './regions/call-cards.js';
import { CallControls } from './regions/call-controls.js';
import { CallPanel } from './regions/call-panel.js';
import { ConsultRecord } from './regions/consult-record.js';
import { DialPad } from './regions/dial-pad.js';
import { type Region, type RegionDeps } from './regions/region.js';
import { SecondCard } from './regions/second-card.js';
import { TransferDialog } from './regions/transfer-dialog.js';

export interface CallRegionsDeps extends RegionDeps {
  readonly link: DeskLink;
  readonly controller: DeskController;
  readonly banners: BannerBar;
}

/** The calls in hand: who they are with, what can be done with them, and the keys that dial another. */
export function createCallRegions(deps: CallRegionsDeps): {
  readonly dialPad: DialPad;
  readonly transferDialog: TransferDialog;
  readonly all: readonly Region[];
} {
  const { t, link, controller, banners } = deps;
  const { calls } = controller;
  const dialPad = new DialPad({
    t,
    actions: {
      dial: (number) => controller.dial(number),
      dialSecond: (number) => calls.consult({ kind: 'number', number }),
      keySound: () => {
        controller.keySound();
      },
    },
  });
  const transferDialog = new TransferDialog({
    ...deps,
    transfer: (target) => calls.transfer(target),
    consult: (target) => calls.consult(target),
    watch: () => link.send('transfer:watch', {}),
    unwatch: () => link.send('transfer:unwatch', {}),
    refused: (sentence) => {
      banners.notice('danger', sentence);
    },
  });
  return {
    dialPad,
    transferDialog,
    all: [
      new CallPanel(deps),
      new SecondCard({ ...deps, actions: calls }),
      new CallCards(deps),
      new CallControls({ t, actions: calls }),
      new ConsultRecord(deps),
      transferDialog,
      dialPad,
    ],
  };
}
