export { type NewLocalPassword } from './association.port.js';
export { createAssociation } from './association.wiring.js';
