export { LoggedIn } from './logged-in.service.js';
export { SequelizeLoggedInRepository } from './logged-in.repository.js';
export { createLoggedInRouter } from './logged-in.routes.js';
