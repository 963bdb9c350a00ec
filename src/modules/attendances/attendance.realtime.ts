import { type ClientCommands, type HubViewer } from '../../platform/realtime/hub.js';
import { type AttendanceForm } from '../../shared/desk.js';
import { type Attendances } from './attendance.service.js';

/** What an agent's page may ask about the record it writes; the record's own agent is all who may write in it. */
export function createAttendanceCommands<V extends HubViewer>(deps: {
  readonly attendances: Attendances;
  /** For the agent's other pages, which follow along. */
  readonly saved: (agentId: number, form: AttendanceForm) => void;
  readonly finished: (agentId: number) => void;
}): Pick<ClientCommands<V>, 'attendance:save' | 'attendance:finish'> {
  const { attendances, saved, finished } = deps;
  const permission = 'attendances.create' as const;
  return {
    'attendance:save': {
      permission,
      run: async (viewer, payload) => {
        const result = await attendances.save(viewer.userId, payload);
        if (result.isStored) saved(viewer.userId, result.form);
        return result;
      },
    },
    'attendance:finish': {
      permission,
      run: async (viewer, { attendanceId }) => {
        await attendances.completeRecord(attendanceId, viewer.userId);
        finished(viewer.userId);
        return null;
      },
    },
  };
}
