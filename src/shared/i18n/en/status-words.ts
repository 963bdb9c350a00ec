import { type Translation } from '../translation.js';
import { type statusWords as source } from '../pt-BR/status-words.js';

export const statusWords: Translation<typeof source> = {
  'status.offline': 'Off shift',
  'status.unreachable': 'Unreachable',
  'status.available': 'Available',
  'status.reserved': 'Reserved',
  'status.offered': 'Ringing',
  'status.dialling': 'Dialling',
  'status.talking': 'Talking',
  'status.on-hold': 'On hold',
  'status.wrap-up': 'Wrap-up',
  'status.paused': 'Paused',
};
