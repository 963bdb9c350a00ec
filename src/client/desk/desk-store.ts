import { type DeskState } from '../../shared/desk.js';
import { type EquipmentTrouble } from '../equipment/equipment-troubles.js';
import { type MicrophoneProblem } from '../softphone/microphone.js';
import { type SoftphoneSnapshot } from '../softphone/softphone.js';
import { type ServerClock } from './server-clock.js';

/** `ended`: the server closed the session; this page can only be loaded again. */
type SocketState = 'connecting' | 'up' | 'down' | 'ended';

/** Everything the page shows, at one moment. */
export interface DeskView {
  readonly pageId: string;
  /** The browser this page is open in. */
  readonly deviceId: string;
  readonly desk: DeskState | null;
  readonly socket: SocketState;
  readonly phone: SoftphoneSnapshot;
  /** The person is in the procedure that starts the shift. */
  readonly isStartingShift: boolean;
  readonly isSoundBlocked: boolean;
  readonly microphoneProblem: MicrophoneProblem | null;
  /** Devices that are not as they should be. */
  readonly equipment: readonly EquipmentTrouble[];
  readonly permissions: DeskPermissions;
  /** Until when the page was silent, of the last silence the person was told of. */
  readonly silenceSeen: number | null;
  /** Why the server does not open the desk, as a sentence; null when it did. */
  readonly refusal: string | null;
}

interface DeskPermissions {
  readonly canDial: boolean;
  readonly canSchedule: boolean;
}

type Local = Pick<
  DeskView,
  | 'socket'
  | 'phone'
  | 'isStartingShift'
  | 'isSoundBlocked'
  | 'microphoneProblem'
  | 'refusal'
  | 'silenceSeen'
  | 'equipment'
>;

export interface DeskStoreDeps {
  readonly pageId: string;
  readonly deviceId: string;
  readonly permissions: DeskPermissions;
  readonly clock: ServerClock;
}

const NO_PHONE: SoftphoneSnapshot = {
  state: 'idle',
  isRegistered: false,
  line: { status: 'stopped' },
  call: null,
  calls: [],
};

/** What this page knows. Holds no DOM, so that it can be tested as it is. */
export class DeskStore {
  readonly #clock: ServerClock;
  readonly #listeners = new Set<(view: DeskView, before: DeskView) => void>();
  #view: DeskView;
  /** Below every version: a new connection begins with whatever the server says. */
  #version = -1;

  constructor(deps: DeskStoreDeps) {
    this.#clock = deps.clock;
    this.#view = {
      pageId: deps.pageId,
      deviceId: deps.deviceId,
      permissions: deps.permissions,
      desk: null,
      socket: 'connecting',
      phone: NO_PHONE,
      isStartingShift: false,
      isSoundBlocked: false,
      microphoneProblem: null,
      silenceSeen: null,
      equipment: [],
      refusal: null,
    };
  }

  get view(): DeskView {
    return this.#view;
  }

  /**
   * A connection has begun. Versions are compared within one connection only, so that a server whose database was set
   * back is believed too.
   */
  connected(): void {
    this.#version = -1;
  }

  /** Returns whether it was news: a late or repeated state is dropped. */
  apply(desk: DeskState): boolean {
    this.#clock.observe(desk.now);
    if (desk.version <= this.#version) return false;
    this.#version = desk.version;
    this.#replace({ ...this.#view, desk });
    return true;
  }

  /** What this side of the page knows by itself. */
  update(change: Partial<Local>): void {
    const keys = Object.keys(change) as (keyof Local)[];
    if (keys.every((key) => this.#view[key] === change[key])) return;
    this.#replace({ ...this.#view, ...change });
  }

  /** Listeners get the view and the one before it. Returns its own undo. */
  subscribe(listener: (view: DeskView, before: DeskView) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #replace(view: DeskView): void {
    const before = this.#view;
    this.#view = view;
    for (const listener of this.#listeners) listener(view, before);
  }
}
