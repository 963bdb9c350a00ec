export { LineQuality } from './line-quality.service.js';
export { worstOf, type AgentLine, type AgentSide } from './line-quality.domain.js';
export { SequelizeLineQualityRepository } from './line-quality.repository.js';
export { createLineCommands } from './line-quality.realtime.js';
export { toShownAgentLine, toShownLine, type ShownAgentLine, type ShownLine } from './line-page.domain.js';
