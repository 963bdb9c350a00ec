/** The password of every demonstration sign-in. It is printed on the sign-in page, so it protects nothing. */
export const DEMO_PASSWORD = 'citrus-voz-demo';

/** Passwords that are public; nobody signs in with one where real customers call. */
const PUBLIC_PASSWORDS: ReadonlySet<string> = new Set([DEMO_PASSWORD, 'demo', 'admin', 'citrus', 'voz', 'password']);

export function isDemoPassword(password: string): boolean {
  return PUBLIC_PASSWORDS.has(password);
}

/** One of the sign-ins that the demonstration shows on its sign-in page. */
export interface DemoSignIn {
  readonly login: string;
  readonly password: string;
  readonly name: string;
  readonly role: 'administrator' | 'supervisor' | 'agent';
}
