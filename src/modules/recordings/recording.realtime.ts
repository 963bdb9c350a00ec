import { type ClientCommands, type HubViewer } from '../../platform/realtime/hub.js';
import { type Recordings } from './recording.service.js';

/** What an agent's page may ask about the recording of its call. Who acts is always the viewer. */
export function createRecordingCommands<V extends HubViewer>(deps: {
  readonly recordings: Pick<Recordings, 'viewFor' | 'pause' | 'resume'>;
}): Pick<ClientCommands<V>, 'recording:look' | 'recording:pause' | 'recording:resume'> {
  const { recordings } = deps;
  return {
    'recording:look': { permission: 'voice.desk', run: ({ userId }) => recordings.viewFor(userId) },
    'recording:pause': {
      permission: 'voice.desk',
      run: async ({ userId }, { callId }) => {
        await recordings.pause(userId, callId);
        return null;
      },
    },
    'recording:resume': {
      permission: 'voice.desk',
      run: async ({ userId }, { callId }) => {
        await recordings.resume(userId, callId);
        return null;
      },
    },
  };
}
