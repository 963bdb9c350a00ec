import { type Translation } from '../translation.js';
import { type realtime as source } from '../pt-BR/realtime.js';

export const realtime: Translation<typeof source> = {
  'unknown-command': 'This page asked for something the server does not know. Reload the page.',
  'bad-payload': 'The request of this page could not be read. Reload the page and try again.',
  forbidden: 'Your profile does not have the permission for this.',
  internal: 'Something went wrong on our side. Try again; if it goes on, tell the administrator.',
  'no-extension': 'You are not associated with a Unity user yet. Ask the administrator to associate you.',
  'phone-elsewhere': 'The softphone is open in another page. Use “Use here” to bring it to this one.',
};
