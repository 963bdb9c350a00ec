import i18next from 'i18next';
import { board as en } from '../../shared/i18n/en/board.js';
import { board as ptBR } from '../../shared/i18n/pt-BR/board.js';

type WithoutPlural<Key> = Key extends `${infer Base}_one` | `${infer Base}_other` ? Base : Key;
export type BoardMessage = WithoutPlural<keyof typeof ptBR>;
export type BoardTranslate = (key: BoardMessage, params?: Readonly<Record<string, string | number>>) => string;

/** The board's texts in the language of the page; pt-BR for one we do not have. */
export function createBoardTranslate(locale: string): BoardTranslate {
  const translator = i18next.createInstance();
  void translator.init({
    lng: locale,
    fallbackLng: 'pt-BR',
    ns: ['board'],
    defaultNS: 'board',
    resources: { 'pt-BR': { board: ptBR }, en: { board: en } },
    // Keys are flat and hold dots; texts go out through textContent, which needs no escaping.
    keySeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
    showSupportNotice: false,
  });
  return (key, params = {}) => translator.t(key, params);
}
