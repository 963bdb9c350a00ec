export { createDemoPhoneRouter } from './demo-phone.routes.js';
