export { type DemoPhoneDeps } from './demo-phone.routes.js';
export { createDemoPhoneRouter } from './demo-phone.routes.js';
