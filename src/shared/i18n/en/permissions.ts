import { type Translation } from '../translation.js';
import { type permissions as source } from '../pt-BR/permissions.js';

export const permissions: Translation<typeof source> = {};
