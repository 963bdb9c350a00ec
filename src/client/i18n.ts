import { createInstance } from 'i18next';
import { type Namespace, type Translate } from '../shared/i18n/messages.js';

/** The texts a page needs, in every language: `{ 'pt-BR': { desk }, en: { desk } }`. */
export type PageMessages = Readonly<
  Record<string, Partial<Readonly<Record<Namespace, Readonly<Record<string, string>>>>>>
>;

/** Texts in the language of the page, which the server wrote into `<html lang>`. */
export function createTranslate(messages: PageMessages, language: string): Translate {
  const instance = createInstance();
  const locale = language in messages ? language : (Object.keys(messages)[0] ?? language);
  void instance.init({
    lng: locale,
    resources: messages,
    fallbackLng: false,
    // Keys are flat and hold dots; texts go into the page as text, never as markup.
    keySeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
    showSupportNotice: false,
  });
  return (key, params) => instance.t(key, params ?? {});
}
