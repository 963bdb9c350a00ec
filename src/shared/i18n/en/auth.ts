import { type Translation } from '../translation.js';
import { type auth as source } from '../pt-BR/auth.js';

export const auth: Translation<typeof source> = {
  title: 'Sign in',
  intro: 'Use your login and password. If your user is associated with Unity, use those of Unity.',
  login: 'Login',
  password: 'Password',
  'sign-in': 'Sign in',
  'sign-out': 'Sign out',
  required: 'Fill in this field.',
  'sign-in-first': 'Sign in to continue.',
  'session-expired': 'Your session has ended. Sign in again to continue where you were.',
  'wrong-credentials': 'Wrong login or password. Check them and try again.',
  inactive: 'This user is deactivated. Talk to the administrator.',
  'wait-seconds_one': 'Too many attempts with a wrong password. Wait {{count}} second and try again.',
  'wait-seconds_other': 'Too many attempts with a wrong password. Wait {{count}} seconds and try again.',
  'wait-minutes_one': 'Too many attempts with a wrong password. Wait {{count}} minute and try again.',
  'wait-minutes_other': 'Too many attempts with a wrong password. Wait {{count}} minutes and try again.',
  'exchange-unavailable':
    'Unity, which checks your password, is not answering. Try again in a moment or tell the administrator.',
  'demo-password':
    'This is a demonstration password and is not accepted in production. Ask the administrator to set another one.',
  'demo-title': 'Demonstration sign-ins',
  'demo-intro': 'Click one to fill in the form.',
  'demo-administrator': 'Administrator',
  'demo-supervisor': 'Supervisor',
  'demo-agent': 'Agent',
  'demo-fill': 'Use the sign-in of {{name}}',
};
