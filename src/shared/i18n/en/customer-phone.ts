import { type Translation } from '../translation.js';
import { type customerPhone as source } from '../pt-BR/customer-phone.js';

export const customerPhone: Translation<typeof source> = {};
