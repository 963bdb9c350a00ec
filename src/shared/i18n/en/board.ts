import { type Translation } from '../translation.js';
import { type board as source } from '../pt-BR/board.js';

export const board: Translation<typeof source> = {};
