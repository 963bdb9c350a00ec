import { type Translation } from '../translation.js';
import { type errors as source } from '../pt-BR/errors.js';

export const errors: Translation<typeof source> = {
  'title-forbidden': 'Access not allowed',
  'title-not-found': 'Page not found',
  'title-conflict': 'This could not be done',
  'title-unavailable': 'Service unavailable',
  'title-internal': 'Something went wrong',
  'title-refused': 'Request refused',
  forbidden: 'Your profile does not allow you to open this page. Ask the administrator for access.',
  'no-such-page': 'This page does not exist or was removed.',
  'form-expired':
    'This page was open for too long and its form is no longer valid. Nothing was saved: go back, reload the page and try again.',
  'too-large': 'What was sent is too large. Shorten the text or the file and try again.',
  unreadable: 'The address or what was sent could not be understood. Check it and try again.',
  internal: 'The system ran into an error, which has been recorded. Try again in a moment.',
  'field-invalid': 'This value is not valid.',
  'field-required': 'Fill in this field.',
  'field-too-long': 'Use at most {{maximum}} characters.',
  'name-taken': 'There is already a record with this value.',
  'changed-meanwhile': 'Somebody else changed this record while you were editing. Compare both and save again.',
  'no-such-record': 'This record does not exist or was removed.',
  'in-use': 'This record is in use and cannot be removed.',
  'field-number': 'Enter a number from {{minimum}} to {{maximum}}.',
};
