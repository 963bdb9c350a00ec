import { callbacks as callbacksEn } from '../shared/i18n/en/callbacks.js';
import { desk as deskEn } from '../shared/i18n/en/desk.js';
import { equipment as equipmentEn } from '../shared/i18n/en/equipment.js';
import { callbacks as callbacksPt } from '../shared/i18n/pt-BR/callbacks.js';
import { desk as deskPt } from '../shared/i18n/pt-BR/desk.js';
import { equipment as equipmentPt } from '../shared/i18n/pt-BR/equipment.js';
import { DeskPage } from './desk/desk-page.js';
import { claimPageId, deviceIdOf } from './page-id.js';
import { createTranslate } from './i18n.js';

const language = document.documentElement.lang;
const t = createTranslate(
  {
    'pt-BR': { desk: deskPt, callbacks: callbacksPt, equipment: equipmentPt },
    en: { desk: deskEn, callbacks: callbacksEn, equipment: equipmentEn },
  },
  language,
);
// Locks exist in secure contexts only, whatever the types say.
const locks = (navigator as { readonly locks?: LockManager }).locks;
const pageId = await claimPageId(sessionStorage, locks);
const page = new DeskPage({ t, locale: language, pageId, deviceId: deviceIdOf(localStorage) });
page.start();

// Read-only, and without any data of a person: lets audio be measured from outside.
Object.defineProperty(window, 'citrusVoz', { value: Object.freeze({ stats: () => page.stats() }) });
