export { type Queue } from './queue.domain.js';
export { Queues, type QueueRepository } from './queue.service.js';
export { QueueHours } from './queue-hours.service.js';
export { QueueBoard, type AgentStanding } from './queue-board.service.js';
export { SequelizeQueueRepository } from './queue.repository.js';
export { createQueueRouter } from './queue.routes.js';
