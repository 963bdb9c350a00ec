export { menuFor, type MenuEntry } from './menu.domain.js';
export { createHomeRouter } from './home.routes.js';
