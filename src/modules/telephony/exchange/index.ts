export { createBuiltInExchange } from './built-in.js';
