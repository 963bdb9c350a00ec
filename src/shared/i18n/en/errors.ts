import { type Translation } from '../translation.js';
import { type errors as source } from '../pt-BR/errors.js';

export const errors: Translation<typeof source> = {};
