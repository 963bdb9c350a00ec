import { customerPhone as customerPhoneEn } from '../shared/i18n/en/customer-phone.js';
import { customerPhone as customerPhonePt } from '../shared/i18n/pt-BR/customer-phone.js';
import { CustomerPhone } from './customer-phone/customer-phone.js';
import { claimPageId } from './page-id.js';
import { createTranslate } from './i18n.js';

const t = createTranslate(
  { 'pt-BR': { 'customer-phone': customerPhonePt }, en: { 'customer-phone': customerPhoneEn } },
  document.documentElement.lang,
);
// Locks exist in secure contexts only, whatever the types say.
const locks = (navigator as { readonly locks?: LockManager }).locks;
const phone = new CustomerPhone(t, await claimPageId(sessionStorage, locks));
phone.start();

// Read-only, and without any data of a person: lets audio be measured from outside.
Object.defineProperty(window, 'citrusVoz', { value: Object.freeze({ stats: () => phone.stats() }) });
