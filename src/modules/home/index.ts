export { createAdminRouter } from './admin.routes.js';
export { menuFor, type MenuEntry } from './menu.domain.js';
export { createHomeRouter } from './home.routes.js';
