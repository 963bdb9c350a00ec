export { createAssociation } from './association.wiring.js';
