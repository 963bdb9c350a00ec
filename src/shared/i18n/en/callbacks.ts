import { type Translation } from '../translation.js';
import { type callbacks as source } from '../pt-BR/callbacks.js';

export const callbacks: Translation<typeof source> = {};
