import { type Translation } from '../translation.js';
import { type common as source } from '../pt-BR/common.js';

export const common: Translation<typeof source> = {};
