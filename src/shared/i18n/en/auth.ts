import { type Translation } from '../translation.js';
import { type auth as source } from '../pt-BR/auth.js';

export const auth: Translation<typeof source> = {};
