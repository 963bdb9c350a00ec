import { type ClientCommands, type HubViewer } from '../../platform/realtime/hub.js';
import { type Attendances } from './attendance.service.js';

/** What an agent's page may ask about the record it writes; the record's own agent is all who may write in it. */
export function createAttendanceCommands<V extends HubViewer>(deps: {
  readonly attendances: Attendances;
}): Pick<ClientCommands<V>, 'attendance:save'> {
  return {
    'attendance:save': {
      permission: 'attendances.create',
      run: (viewer, payload) => deps.attendances.save(viewer.userId, payload),
    },
  };
}
