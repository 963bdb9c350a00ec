export { type Viewer } from './viewer.domain.js';
export { Accounts, type SessionsEnded, type VerifyExchangeCredentials } from './account.service.js';
export { SequelizeAccountStore } from './account.repository.js';
export { createFirstAdministrator } from './first-administrator.service.js';
export { createAccountRouter } from './account.routes.js';
export { DEMO_PASSWORD, type DemoSignIn } from './demo-passwords.domain.js';
export { Passwords, STANDARD_COST, type PasswordCost } from './passwords.js';
export { SignInThrottle } from './sign-in-throttle.domain.js';
