import { type ClientCommands, type HubViewer } from '../../platform/realtime/hub.js';
import { type LineQuality } from './line-quality.service.js';

export interface LineCommandDeps {
  readonly lines: Pick<LineQuality, 'add' | 'storeCheck'>;
  /** Whether the agent talks in this call, or is finishing the record of it. */
  readonly isInCall: (agentId: number, callId: string) => boolean;
}

/** What an agent's page measures: of the call it is in or just had, and of its own equipment. */
export function createLineCommands<V extends HubViewer>(
  deps: LineCommandDeps,
): Pick<ClientCommands<V>, 'call:quality' | 'equipment:report'> {
  return {
    'call:quality': {
      permission: 'voice.desk',
      run: async ({ userId }, { callId, ...sample }) => {
        await deps.lines.add(callId, userId, sample, deps.isInCall(userId, callId));
        return null;
      },
    },
    'equipment:report': {
      permission: 'voice.desk',
      run: async ({ userId }, check) => {
        await deps.lines.storeCheck({ ...check, agentId: userId });
        return null;
      },
    },
  };
}
