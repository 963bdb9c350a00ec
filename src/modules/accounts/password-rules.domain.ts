import { type MessageKey } from '../../shared/i18n/messages.js';
import { isDemoPassword } from './demo-passwords.domain.js';

/** Long enough that guessing at the pace the sign-in allows leads nowhere. */
export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 200;

/** Long enough, and still among the first that anybody tries. */
const COMMON: ReadonlySet<string> = new Set([
  ...['1234567890', '0123456789', '0987654321', '12345678910', '123456789a', 'a123456789', '1q2w3e4r5t', 'qwertyuiop'],
  ...['password12', 'password123', 'password1234', 'password123456', 'administrador', 'administrator', 'admin12345'],
  ...['senha12345', 'senha123456', 'minhasenha', 'minhasenha123', 'mudar12345', 'trocar12345', 'brasil12345'],
  ...['citrusvoz1', 'citrusvoz123', 'citrus-voz', 'citrus voz', 'uma senha de exemplo', 'qwerty12345', 'abcdefghij'],
]);

/**
 * What is wrong with a new password; null when nothing is. Length, and not being public, is all that is asked for: rules
 * about kinds of characters make people write passwords down.
 *
 * @param login of the person, which is the first thing to try
 */
export function passwordProblem(password: string, login: string | null = null): MessageKey | null {
  if (password.length < PASSWORD_MIN) return 'auth:password-too-short';
  if (password.length > PASSWORD_MAX) return 'errors:field-too-long';
  const plain = password.trim().toLowerCase();
  const isOneCharacter = new Set(plain).size <= 2;
  if (isDemoPassword(plain) || COMMON.has(plain) || isOneCharacter) return 'auth:password-public';
  if (login !== null && login !== '' && plain === login.trim().toLowerCase()) return 'auth:password-is-login';
  return null;
}
