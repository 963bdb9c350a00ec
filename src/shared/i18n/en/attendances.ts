import { type Translation } from '../translation.js';
import { type attendances as source } from '../pt-BR/attendances.js';

export const attendances: Translation<typeof source> = {
  'not-found': 'There is no such attendance.',
  'not-yours': 'This attendance is somebody else’s.',
  finished: 'This attendance is finished and cannot be changed any more.',
  'handed-over': 'This attendance was transferred to somebody else. What you typed is still on this page.',
  'not-finished': 'Only a finished attendance can be reopened.',
  confidential: 'Confidential',
  'outcome-required': 'Choose the outcome before you finish.',
  'reason-retired': 'This option is no longer available. Choose another.',
  'state.open': 'Open',
  'state.finished': 'Finished',
  'state.abandoned': 'Abandoned',
  'too-late': 'You can reopen your attendances on the same day only. Ask a supervisor.',
};
