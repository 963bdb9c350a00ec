export { createAdminRouter } from './admin.routes.js';
export { createHomeRouter } from './home.routes.js';
export { createMenuOf } from './menu-of.js';
export { type MenuEntry } from './menu.domain.js';
