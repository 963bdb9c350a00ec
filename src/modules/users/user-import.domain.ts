import { LOCALES, type Locale, type MessageKey } from '../../shared/i18n/messages.js';
import { textKey } from '../../shared/text-key.js';

export const IMPORT_FIELDS = ['name', 'login', 'profile', 'locale'] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** One line of the file, as it was typed. */
export type ImportRow = Readonly<Record<ImportField, string>> & {
  /** From 1, the heading counted, as editors show it. */
  readonly line: number;
};

export interface ImportProblem {
  readonly field: ImportField;
  readonly key: MessageKey;
  readonly params: Readonly<Record<string, string | number>>;
}

/** A user to be created. */
export interface ImportDraft {
  readonly line: number;
  readonly name: string;
  readonly login: string;
  readonly loginKey: string;
  readonly profileId: number;
  readonly profile: string;
  readonly locale: Locale | null;
}

export interface PlannedLine {
  readonly row: ImportRow;
  readonly problems: readonly ImportProblem[];
  /** Null when there are problems. */
  readonly draft: ImportDraft | null;
}

export interface ImportProfile {
  readonly id: number;
  readonly name: string;
  /** Whether the one who imports may give it. */
  readonly isWithinReach: boolean;
}

const NAME_MAX = 120;
const LOGIN_MAX = 60;

/** What would become of each line. `takenKeys` are the logins that users have already. */
export function planImport(
  rows: readonly ImportRow[],
  profiles: readonly ImportProfile[],
  takenKeys: ReadonlySet<string>,
): readonly PlannedLine[] {
  const byName = new Map(profiles.map((profile) => [textKey(profile.name), profile]));
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const problems: ImportProblem[] = [];
    const add = (field: ImportField, key: MessageKey, params: ImportProblem['params'] = {}): void => {
      problems.push({ field, key, params });
    };
    checkText(row.name, 'name', NAME_MAX, add);
    const loginKey = textKey(row.login);
    checkText(row.login, 'login', LOGIN_MAX, add);
    if (/\s/.test(row.login)) add('login', 'users:login-spaces');
    const earlier = seen.get(loginKey);
    if (loginKey !== '') {
      if (earlier !== undefined) add('login', 'users:import-error-repeated', { line: earlier });
      else if (takenKeys.has(loginKey)) add('login', 'users:taken-login');
      seen.set(loginKey, earlier ?? row.line);
    }
    const profile = byName.get(textKey(row.profile));
    if (row.profile === '') add('profile', 'errors:field-required');
    else if (profile === undefined) add('profile', 'users:import-error-profile', { value: row.profile });
    else if (!profile.isWithinReach) add('profile', 'users:profile-above-you');
    const locale = toLocale(row.locale);
    if (locale === undefined) add('locale', 'users:import-error-locale');
    const draft =
      problems.length > 0 || profile === undefined || locale === undefined
        ? null
        : {
            line: row.line,
            name: row.name,
            login: row.login,
            loginKey,
            profileId: profile.id,
            profile: profile.name,
            locale,
          };
    return { row, problems, draft };
  });
}

function checkText(
  text: string,
  field: ImportField,
  maximum: number,
  add: (field: ImportField, key: MessageKey, params?: ImportProblem['params']) => void,
): void {
  if (text === '') add(field, 'errors:field-required');
  else if (text.length > maximum) add(field, 'errors:field-too-long', { maximum });
}

/** Null for not chosen, undefined for what is no language of ours. */
function toLocale(text: string): Locale | null | undefined {
  if (text === '') return null;
  const key = text.toLowerCase().replace('_', '-');
  return LOCALES.find((locale) => locale.toLowerCase() === key || locale.toLowerCase().split('-')[0] === key);
}
