import { type Translation } from '../translation.js';
import { type desk as source } from '../pt-BR/desk.js';

export const desk: Translation<typeof source> = {};
