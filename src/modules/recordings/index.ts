export { RecordingFolder } from './recording-folder.js';
export { toRecordingLine } from './recording-page.domain.js';
export { createRecordingCommands } from './recording.realtime.js';
export { SequelizeRecordingRepository, SequelizeRecordingSettingsRepository } from './recording.repository.js';
export { createRecordingRouter, createRecordingSettingsRouter } from './recording.routes.js';
export { Recordings, type RecordingsDeps } from './recording.service.js';
export { hourly, RetentionJob } from './retention.job.js';
