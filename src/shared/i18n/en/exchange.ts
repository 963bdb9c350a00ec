import { type exchange as source } from '../pt-BR/exchange.js';
import { type Translation } from '../translation.js';

export const exchange: Translation<typeof source> = {
  'unknown-extension': 'The exchange does not know extension {{extension}}.',
  'unknown-queue': 'The exchange does not know the queue {{queue}}.',
  'not-a-member': 'Extension {{extension}} is not a member of the queue {{queue}}.',
  'unknown-number': 'The exchange does not know the number {{number}}.',
  'unknown-call': 'The exchange does not know that call.',
  'phone-not-registered': 'The softphone of extension {{extension}} is not registered.',
  'extension-busy': 'Extension {{extension}} is already in a call.',
  'not-in-call': 'Extension {{extension}} is not in a call that allows this now.',
  'number-unreachable': 'The number {{number}} cannot be reached now.',
  'number-busy': 'The number {{number}} is busy.',
  'queue-closed': 'The queue {{queue}} is closed now.',
  'not-running': 'The exchange is not running.',
  'not-offered': 'The exchange in use does not offer that.',
};
