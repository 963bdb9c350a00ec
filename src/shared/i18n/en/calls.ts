import { type Translation } from '../translation.js';
import { type calls as source } from '../pt-BR/calls.js';

export const calls: Translation<typeof source> = {};
