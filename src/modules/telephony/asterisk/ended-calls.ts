import { type EndCause, type EndedBy } from '../telephony.port.js';
import { ignoreRefusal } from './ami-commands.js';
import { type Ami } from './asterisk-directory.js';

export interface CallEnding {
  readonly by: EndedBy;
  readonly cause: EndCause;
  readonly answeredAt: number | null;
}

const DAY_MS = 86_400_000;
/** Families of days further back are forgotten; looked for again up to as many days as the application may stand still. */
const KEPT_DAYS = 2;
const FORGOTTEN_DAYS = 10;
const REMEMBERED_CALLS = 20_000;

/**
 * How calls ended, remembered for a day at least, by the exchange itself: in its database, in a family a day, written by
 * us and, while we are away, by the dialplan (`citrus-ended`). So neither a restart of the application nor one of Asterisk
 * lets a call be dialled twice. Asterisk writes its database to disk once a second: only when it crashes within that second
 * of a dial, and the application too, is the dial forgotten, together with the call itself.
 */
export class EndedCalls {
  readonly #ami: Ami;
  readonly #now: () => number;
  readonly #recent = new Map<string, CallEnding>();

  constructor(ami: Ami, now: () => number) {
    this.#ami = ami;
    this.#now = now;
  }

  /** Remembers at once, and writes it down. Rejects with an `AmiFailure` when it could not be written. */
  async remember(callId: string, ending: CallEnding): Promise<void> {
    this.#recent.set(callId, ending);
    if (this.#recent.size > REMEMBERED_CALLS) {
      const [oldest] = this.#recent.keys();
      if (oldest !== undefined) this.#recent.delete(oldest);
    }
    await this.#put('citrus-ended', callId, `${ending.by}|${ending.cause}|${ending.answeredAt ?? ''}`);
  }

  /** Writes down that a call is about to be dialled. Once this has settled it is never dialled again. */
  async claim(callId: string): Promise<void> {
    await this.#put('citrus-dialled', callId, String(this.#now()));
  }

  /** The exchange refused to dial: the id is free again. */
  async release(callId: string): Promise<void> {
    await this.#ami.act({ Action: 'DBDel', Family: family('citrus-dialled', this.#now()), Key: callId });
  }

  /** Null for a call that was never heard of. Asks the exchange for what this process does not know. */
  async find(callId: string): Promise<CallEnding | null> {
    const known = this.#recent.get(callId);
    if (known !== undefined) return known;
    const written = await this.#get('citrus-ended', callId);
    if (written !== null) return toEnding(written);
    // Dialled by a process that then died, and no phone picked it up: the dialplan never saw it.
    const claimed = await this.#get('citrus-dialled', callId);
    return claimed === null ? null : { by: 'system', cause: 'not-taken', answeredAt: null };
  }

  /** Drops the families of days long past. */
  async forgetOld(): Promise<void> {
    for (let days = KEPT_DAYS; days <= FORGOTTEN_DAYS; days += 1) {
      for (const kind of ['citrus-ended', 'citrus-dialled']) {
        const Family = family(kind, this.#now() - days * DAY_MS);
        await this.#ami.act({ Action: 'DBDelTree', Family }).catch(ignoreRefusal);
      }
    }
  }

  async #put(kind: string, callId: string, value: string): Promise<void> {
    await this.#ami.act({ Action: 'DBPut', Family: family(kind, this.#now()), Key: callId, Val: value });
  }

  async #get(kind: string, callId: string): Promise<string | null> {
    for (const at of [this.#now(), this.#now() - DAY_MS]) {
      try {
        const [item] = await this.#ami.list({ Action: 'DBGet', Family: family(kind, at), Key: callId });
        if (item !== undefined) return item.get('Val');
      } catch (error) {
        ignoreRefusal(error);
      }
    }
    return null;
  }
}

/** As the dialplan writes it: `citrus-ended-20261122`, in UTC. */
function family(kind: string, at: number): string {
  return `${kind}-${new Date(at).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

const BY: readonly EndedBy[] = ['customer', 'agent', 'system'];
const CAUSES: readonly EndCause[] = [
  'hung-up',
  'abandoned',
  'timed-out',
  'out-of-hours',
  'busy',
  'no-answer',
  'rejected',
  'unreachable',
  'not-taken',
  'dropped',
  'failed',
  'transferred',
];

function toEnding(written: string): CallEnding {
  const [by = '', cause = '', answeredAt = ''] = written.split('|');
  return {
    by: BY.find((known) => known === by) ?? 'system',
    cause: CAUSES.find((known) => known === cause) ?? 'dropped',
    answeredAt: /^\d{13}$/.test(answeredAt) ? Number(answeredAt) : null,
  };
}
