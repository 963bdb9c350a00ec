import { type HubViewer, type ClientCommands } from '../../platform/realtime/hub.js';
import { DomainError } from '../../platform/errors.js';
import { type DeskTarget, type SoftphoneCredentials, type TransferTargets } from '../../shared/desk.js';
import { type DeskPages } from './desk-pages.service.js';
import { type Desks } from './desk.service.js';

/** The wishes of an agent; the call centre decides. Each rejects with a `DomainError` that says why not. */
export interface AgentWishes {
  startShift(agentId: number): Promise<unknown>;
  endShift(agentId: number): Promise<unknown>;
  logIn(agentId: number, queueId: number): Promise<unknown>;
  logOut(agentId: number, queueId: number): Promise<unknown>;
  logAll(agentId: number, loggedIn: boolean): Promise<unknown>;
  pause(agentId: number, reasonId: number): Promise<unknown>;
  resume(agentId: number): Promise<unknown>;
  dropPause(agentId: number): Promise<unknown>;
  dial(
    agentId: number,
    request: { readonly number: string; readonly direction: 'outbound'; readonly autoAnswer: boolean },
  ): Promise<string>;
  hangUp(agentId: number, callId: string): Promise<unknown>;
  finishWrapUp(agentId: number, callId: string): Promise<unknown>;
  transfer(agentId: number, callId: string, target: DeskTarget): Promise<unknown>;
  takeBack(agentId: number, callId: string): Promise<unknown>;
  /** Settles with the id of the second call. */
  consult(agentId: number, callId: string, target: DeskTarget): Promise<string>;
  join(agentId: number, callId: string): Promise<unknown>;
  confer(agentId: number, callId: string): Promise<unknown>;
}

export interface DeskCommandDeps {
  readonly desks: Desks;
  readonly pages: DeskPages;
  readonly wishes: AgentWishes;
  readonly softphoneCredentials: (extension: string) => Promise<SoftphoneCredentials>;
  /** Who is there to take a call of this agent. */
  readonly transferTargets: (agentId: number) => TransferTargets;
  readonly finishAttendance: (agentId: number, callId: string) => Promise<unknown>;
}

export interface DeskViewer extends HubViewer {
  readonly extension: string | null;
}

export function deskRoom(agentId: number): string {
  return `desk:${String(agentId)}`;
}

/** What an agent's page may ask, each under its permission. Who acts is always the viewer. */
export function createDeskCommands<V extends DeskViewer>(
  deps: DeskCommandDeps,
): Pick<
  ClientCommands<V>,
  | 'desk:open'
  | 'phone:claim'
  | 'phone:answer'
  | 'phone:credentials'
  | 'shift:start'
  | 'shift:end'
  | 'queue:log-in'
  | 'queue:log-out'
  | 'queue:all'
  | 'agent:pause'
  | 'agent:resume'
  | 'agent:drop-pause'
  | 'call:dial'
  | 'call:hang-up'
  | 'wrap-up:finish'
  | 'transfer:watch'
  | 'transfer:unwatch'
  | 'call:transfer'
  | 'call:take-back'
  | 'call:consult'
  | 'call:join'
  | 'call:confer'
> {
  const { desks, pages, wishes } = deps;
  const permission = 'voice.desk' as const;
  const done = async (wish: Promise<unknown>): Promise<null> => {
    await wish;
    return null;
  };
  return {
    'desk:open': {
      permission,
      room: (viewer) => deskRoom(viewer.userId),
      run: (viewer, { pageId }, page) => {
        requireExtension(viewer);
        pages.opened(page.id, viewer.userId, pageId);
        return desks.open(viewer.userId);
      },
    },
    'phone:claim': {
      permission,
      run: (viewer, { pageId, deviceId = pageId, force }) => {
        requireExtension(viewer);
        return Promise.resolve({ holder: pages.claim(viewer.userId, { pageId, deviceId }, force) });
      },
    },
    'phone:answer': {
      permission,
      run: (viewer, { pageId, agreed }) => {
        pages.answer(viewer.userId, pageId, agreed);
        return Promise.resolve(null);
      },
    },
    'phone:credentials': {
      permission,
      run: (viewer, { pageId }) => {
        const extension = requireExtension(viewer);
        pages.requireHolder(viewer.userId, pageId);
        return deps.softphoneCredentials(extension);
      },
    },
    'shift:start': {
      permission,
      run: (viewer, { pageId }) => {
        requireExtension(viewer);
        pages.requireHolder(viewer.userId, pageId);
        return done(wishes.startShift(viewer.userId));
      },
    },
    'shift:end': {
      permission,
      run: async (viewer) => {
        await wishes.endShift(viewer.userId);
        // The next shift may begin elsewhere, and nobody is to be asked for it.
        pages.release(viewer.userId);
        return null;
      },
    },
    'queue:log-in': { permission, run: (viewer, { queueId }) => done(wishes.logIn(viewer.userId, queueId)) },
    'queue:log-out': { permission, run: (viewer, { queueId }) => done(wishes.logOut(viewer.userId, queueId)) },
    'queue:all': { permission, run: (viewer, { loggedIn }) => done(wishes.logAll(viewer.userId, loggedIn)) },
    'agent:pause': { permission, run: (viewer, { reasonId }) => done(wishes.pause(viewer.userId, reasonId)) },
    'agent:resume': { permission, run: (viewer) => done(wishes.resume(viewer.userId)) },
    'agent:drop-pause': { permission, run: (viewer) => done(wishes.dropPause(viewer.userId)) },
    'call:dial': {
      permission: 'voice.outbound',
      run: async (viewer, { number }) => ({
        callId: await wishes.dial(viewer.userId, { number, direction: 'outbound', autoAnswer: true }),
      }),
    },
    'call:hang-up': { permission, run: (viewer, { callId }) => done(wishes.hangUp(viewer.userId, callId)) },
    'transfer:watch': { permission, run: (viewer) => Promise.resolve(deps.transferTargets(viewer.userId)) },
    'transfer:unwatch': { permission, run: () => Promise.resolve(null) },
    'call:transfer': {
      permission,
      run: (viewer, { callId, target }) => done(wishes.transfer(viewer.userId, callId, target)),
    },
    'call:take-back': { permission, run: (viewer, { callId }) => done(wishes.takeBack(viewer.userId, callId)) },
    'call:consult': {
      permission,
      run: async (viewer, { callId, target }) => ({ callId: await wishes.consult(viewer.userId, callId, target) }),
    },
    'call:join': { permission, run: (viewer, { callId }) => done(wishes.join(viewer.userId, callId)) },
    'call:confer': { permission, run: (viewer, { callId }) => done(wishes.confer(viewer.userId, callId)) },
    'wrap-up:finish': {
      permission,
      run: async (viewer, { callId }) => {
        await deps.finishAttendance(viewer.userId, callId);
        return done(wishes.finishWrapUp(viewer.userId, callId));
      },
    },
  };
}

function requireExtension(viewer: DeskViewer): string {
  if (viewer.extension === null) throw new DomainError('conflict', 'realtime:no-extension');
  return viewer.extension;
}
