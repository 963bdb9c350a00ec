export { createHomeRouter } from './home.routes.js';
export { createMenuOf } from './menu-of.js';
