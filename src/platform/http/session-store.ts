import { type SessionData, Store } from 'express-session';
import {
  DataTypes,
  ForeignKeyConstraintError,
  Op,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import { type Database } from '../db/database.js';
import { exactText, momentColumn, optionalMomentColumn } from '../db/migration-tools.js';

/** A shift is eight hours; a session that nothing has used for longer than this is over. */
export const SESSION_IDLE_MS = 12 * 3600 * 1000;
/** Somebody who opened the sign-in page and went away. */
const ANONYMOUS_IDLE_MS = 3600 * 1000;
/** Being used is written at most this often: it is a write for every request otherwise. */
const TOUCH_EVERY_MS = 60 * 1000;
const SWEEP_EVERY_MS = 15 * 60 * 1000;

interface SessionRow extends Model<InferAttributes<SessionRow>, InferCreationAttributes<SessionRow>> {
  sid: string;
  userId: number | null;
  data: string;
  expiresAt: Date;
  lastSeenAt: Date | null;
  signedInAt: Date | null;
  address: string | null;
  userAgent: string | null;
}

/** Where and when somebody signed in; kept with the session from then on. */
export interface SignInNote {
  /** ISO 8601. */
  readonly at: string;
  readonly address: string | null;
  readonly userAgent: string | null;
}

declare module 'express-session' {
  interface SessionData {
    signedIn?: SignInNote;
  }
}

const ADDRESS_MAX = 60;
const USER_AGENT_MAX = 300;

export function defineSessionModel(sequelize: Sequelize): ModelStatic<SessionRow> {
  return sequelize.define<SessionRow>(
    'Session',
    {
      sid: { type: exactText(128), allowNull: false, primaryKey: true },
      userId: { type: DataTypes.INTEGER, allowNull: true },
      data: { type: DataTypes.TEXT, allowNull: false },
      expiresAt: { ...momentColumn },
      lastSeenAt: { ...optionalMomentColumn },
      signedInAt: { ...optionalMomentColumn },
      address: { type: exactText(ADDRESS_MAX), allowNull: true },
      userAgent: { type: DataTypes.STRING(USER_AGENT_MAX), allowNull: true },
    },
    { tableName: 'sessions', timestamps: false },
  );
}

export interface SessionStoreDeps {
  readonly db: Database;
  readonly now: () => Date;
  readonly logError: (error: unknown, context: object) => void;
}

type Done = (error?: unknown) => void;

/** Sessions as rows, so that a restart signs nobody out. Its expiry is its own; the browser's cookie has none. */
export class DatabaseSessionStore extends Store {
  readonly #deps: SessionStoreDeps;
  readonly #model: ModelStatic<SessionRow>;
  readonly #seenAt = new Map<string, number>();
  /** Destroyed a moment ago: a request that was under way then must not write the session back. */
  readonly #destroyed = new Map<string, number>();
  #sweeping: NodeJS.Timeout | null = null;

  constructor(deps: SessionStoreDeps) {
    super();
    this.#deps = deps;
    this.#model = defineSessionModel(deps.db.sequelize);
  }

  /** Begins to remove what has expired, now and then. To be ended by `stop`. */
  start(): void {
    this.#sweeping ??= setInterval(() => {
      this.sweep().catch((error: unknown) => {
        this.#deps.logError(error, { at: 'session sweep' });
      });
    }, SWEEP_EVERY_MS).unref();
  }

  stop(): void {
    if (this.#sweeping !== null) clearInterval(this.#sweeping);
    this.#sweeping = null;
  }

  /** Removes what has expired; returns how many. */
  async sweep(): Promise<number> {
    const now = this.#deps.now();
    for (const [sid, at] of this.#destroyed) if (now.getTime() - at > SWEEP_EVERY_MS) this.#destroyed.delete(sid);
    for (const [sid, at] of this.#seenAt) if (now.getTime() - at > SESSION_IDLE_MS) this.#seenAt.delete(sid);
    return this.#deps.db.write((transaction) =>
      this.#model.destroy({ where: { expiresAt: { [Op.lte]: now } }, transaction }),
    );
  }

  /** Ends every session of a user, on whatever computer. */
  async destroyOfUser(userId: number): Promise<void> {
    const rows = await this.#model.findAll({ where: { userId }, attributes: ['sid'] });
    for (const { sid } of rows) this.forget(sid);
    await this.#deps.db.write((transaction) => this.#model.destroy({ where: { userId }, transaction }));
  }

  override get(sid: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    this.#read(sid).then(
      (session) => {
        callback(null, session);
      },
      (error: unknown) => {
        callback(error);
      },
    );
  }

  override set(sid: string, session: SessionData, callback?: Done): void {
    settle(this.#write(sid, session), callback);
  }

  override destroy(sid: string, callback?: Done): void {
    this.forget(sid);
    settle(
      this.#deps.db.write((transaction) => this.#model.destroy({ where: { sid }, transaction })),
      callback,
    );
  }

  override touch(sid: string, session: SessionData, callback?: () => void): void {
    settle(this.keepAlive(sid, userIdOf(session)), (error) => {
      if (error !== undefined) this.#deps.logError(error, { at: 'session touch' });
      callback?.();
    });
  }

  /** Says that a session is in use, as an open page's socket does; written once a minute at most. */
  async keepAlive(sid: string, userId: number | null): Promise<void> {
    const now = this.#deps.now().getTime();
    if (now - (this.#seenAt.get(sid) ?? 0) < TOUCH_EVERY_MS || this.#destroyed.has(sid)) return;
    this.#seenAt.set(sid, now);
    await this.#deps.db.write((transaction) =>
      this.#model.update(
        { expiresAt: new Date(now + idleMs(userId)), lastSeenAt: new Date(now) },
        { where: { sid }, transaction },
      ),
    );
  }

  async #read(sid: string): Promise<SessionData | null> {
    const row = await this.#model.findByPk(sid);
    if (row === null || row.expiresAt <= this.#deps.now()) return null;
    return JSON.parse(row.data) as SessionData;
  }

  async #write(sid: string, session: SessionData): Promise<void> {
    if (this.#destroyed.has(sid)) return;
    const now = this.#deps.now();
    const userId = userIdOf(session);
    this.#seenAt.set(sid, now.getTime());
    try {
      await this.#deps.db.write((transaction) =>
        this.#model.upsert(
          {
            sid,
            userId,
            data: JSON.stringify(session),
            expiresAt: new Date(now.getTime() + idleMs(userId)),
            lastSeenAt: now,
            signedInAt: session.signedIn === undefined ? null : new Date(session.signedIn.at),
            address: session.signedIn?.address?.slice(0, ADDRESS_MAX) ?? null,
            userAgent: session.signedIn?.userAgent?.slice(0, USER_AGENT_MAX) ?? null,
          },
          { transaction },
        ),
      );
    } catch (error) {
      // The user was deleted while the request was under way, and the sessions with them.
      if (!(error instanceof ForeignKeyConstraintError)) throw error;
      this.forget(sid);
    }
  }

  /** Keeps a request that is under way from writing a session back that is about to be deleted. */
  forget(sid: string): void {
    this.#seenAt.delete(sid);
    this.#destroyed.set(sid, this.#deps.now().getTime());
  }
}

function idleMs(userId: number | null): number {
  return userId === null ? ANONYMOUS_IDLE_MS : SESSION_IDLE_MS;
}

/** Where Passport keeps who is signed in. */
function userIdOf(session: SessionData): number | null {
  const { passport } = session as { passport?: { user?: unknown } };
  return typeof passport?.user === 'number' ? passport.user : null;
}

function settle(work: Promise<unknown>, callback: Done | undefined): void {
  work.then(
    () => callback?.(),
    (error: unknown) => callback?.(error),
  );
}
