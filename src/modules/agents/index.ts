export {
  DEFAULT_CENTRE_SETTINGS,
  type AgentDirectory,
  type AgentIdentity,
  type AgentStore,
  type CallCentreDeps,
  type CentreCallEvent,
  type CentreChange,
  type CentreLog,
  type CentreSettings,
} from './call-centre.port.js';
export { type DialWish } from './agent-wishes.js';
export { type CallView } from './call-view.js';
export { CallCentre } from './call-centre.service.js';
export { SequelizeAgentStateRepository } from './agent-state.repository.js';
