import i18next from 'i18next';
import { messages, type Locale, type Translate } from '../../shared/i18n/messages.js';

/** Gives the sentences of one language. */
export type Translator = (locale: Locale) => Translate;

/**
 * All messages, ready to be asked for. Values are not escaped here: the views do that (`<%= %>`), and pages write text,
 * never markup.
 */
export function createTranslator(): Translator {
  const instance = i18next.createInstance();
  const resources = Object.fromEntries(
    Object.entries(messages).map(([locale, namespaces]) => [
      locale,
      Object.fromEntries(Object.entries(namespaces).map(([name, texts]) => [name, withEveryPlural(texts)])),
    ]),
  );
  void instance.init({
    resources,
    ns: Object.keys(messages['pt-BR']),
    fallbackLng: false,
    initAsync: false,
    showSupportNotice: false,
    keySeparator: false,
    nsSeparator: ':',
    returnNull: false,
    interpolation: { escapeValue: false },
  });
  const made = new Map<Locale, Translate>();
  return (locale) => {
    const known = made.get(locale);
    if (known !== undefined) return known;
    const fixed = instance.getFixedT(locale);
    // A page asks for hundreds of sentences, most of which have nothing to fill in: those are looked up, not worked out.
    const plain = plainTexts(locale);
    const translate: Translate = (key, params) =>
      (params === undefined ? plain.get(key) : undefined) ?? fixed(key, { ...params });
    made.set(locale, translate);
    return translate;
  };
}

/** By key, the sentences that are the same whatever they are asked with. */
function plainTexts(locale: Locale): ReadonlyMap<string, string> {
  const plain = new Map<string, string>();
  for (const [namespace, texts] of Object.entries(messages[locale])) {
    for (const [key, text] of Object.entries(texts as Readonly<Record<string, string>>)) {
      if (!/\{\{|\$t\(/.test(text)) plain.set(`${namespace}:${key}`, text);
    }
  }
  return plain;
}

/**
 * Messages are written in two numbers, one and other. Portuguese also has "many" (a million), and counts 0 as one
 * ("0 chamada"), which nobody writes: both read as `_other` here.
 */
function withEveryPlural(texts: Readonly<Record<string, string>>): Record<string, string> {
  const all: Record<string, string> = { ...texts };
  for (const [key, text] of Object.entries(texts)) {
    if (!key.endsWith('_other')) continue;
    const base = key.slice(0, -'_other'.length);
    all[`${base}_many`] ??= text;
    all[`${base}_zero`] ??= text;
  }
  return all;
}
