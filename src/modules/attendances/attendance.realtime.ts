import { type ClientCommands, type HubViewer } from '../../platform/realtime/hub.js';
import { type Attendances } from './attendance.service.js';

/** What an agent's page may ask about the record it writes. */
export function createAttendanceCommands<V extends HubViewer>(deps: {
  readonly attendances: Attendances;
}): Pick<ClientCommands<V>, 'attendance:save'> {
  return {
    'attendance:save': {
      permission: 'voice.desk',
      run: async (viewer, { attendanceId, ...text }) => ({
        savedAt: await deps.attendances.save(viewer.userId, attendanceId, text),
      }),
    },
  };
}
