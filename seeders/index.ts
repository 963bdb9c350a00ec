export { DEMO_SIGN_INS } from './demo-accounts.js';
export { seedDemo, type SeedDeps, type SeedResult } from './seed-demo.js';
