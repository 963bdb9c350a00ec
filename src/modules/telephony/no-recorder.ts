import { DomainError } from '../../platform/errors.js';
import { type CallRecorder } from './recording.port.js';

const refuse = (): Promise<never> => Promise.reject(new DomainError('conflict', 'exchange:not-offered'));

/** Of an exchange that cannot record: it refuses, and has nothing to tell. */
export const NO_RECORDER: CallRecorder = {
  start: refuse,
  stop: refuse,
  pause: refuse,
  resume: refuse,
  onEvent: () => () => undefined,
};
