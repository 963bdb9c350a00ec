import { type Translation } from '../translation.js';
import { type attendances as source } from '../pt-BR/attendances.js';

export const attendances: Translation<typeof source> = {
  'not-found': 'There is no such attendance.',
  'not-yours': 'This attendance is somebody else’s.',
  finished: 'This attendance is finished and cannot be changed any more.',
};
