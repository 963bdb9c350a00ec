/** A page, and the browser it is open in: tabs of one browser have the same `deviceId`, another computer has its own. */
export interface PhonePage {
  readonly pageId: string;
  readonly deviceId: string;
}

/** Which page has an agent's phone, and whether that page is there. */
export interface PhoneHolder extends PhonePage {
  readonly connected: boolean;
}

/** Another computer would like the phone. */
export interface PhoneRequest extends PhonePage {
  /** Until then the holder may answer; without an answer the phone may be taken. Epoch milliseconds. */
  readonly until: number;
  readonly isRefused: boolean;
}

/** How long the holder's page has for its answer; a page that is not there is not waited for. */
export const PHONE_ANSWER_MS = 15_000;

/**
 * One phone an agent: the page that claims it first has it. A page that reloads has the same id and so has its phone
 * again.
 *
 * ```txt
 *   claim by another page
 *     of the same browser, insisting         it has the phone
 *     while the holder is gone               it has the phone
 *     of another computer, insisting         the holder is asked
 *                                              agrees                  it has the phone
 *                                              refuses                 it may ask again
 *                                              says nothing for long   it may insist once more, and has the phone
 *     not insisting                          nothing changes
 * ```
 *
 * Knows agents and pages only; connections are the business of `DeskPages`.
 */
export class PhoneLeases {
  readonly #holders = new Map<number, PhoneHolder>();
  readonly #requests = new Map<number, PhoneRequest>();

  holderOf(agentId: number): PhoneHolder | null {
    return this.#holders.get(agentId) ?? null;
  }

  /** The question that waits for an answer, was refused, or was not answered; null when none was asked. */
  requestOf(agentId: number): PhoneRequest | null {
    return this.#requests.get(agentId) ?? null;
  }

  /** Returns who holds the phone after the claim: the page, or the other one when it was not given up. */
  claim(agentId: number, page: PhonePage, options: { readonly force: boolean; readonly now: number }): string {
    const holder = this.#holders.get(agentId);
    const isTaken = holder?.connected === true && holder.pageId !== page.pageId;
    if (!isTaken) return this.#give(agentId, page);
    if (!options.force) return holder.pageId;
    if (holder.deviceId === page.deviceId) return this.#give(agentId, page);
    const asked = this.#requests.get(agentId);
    const isMine = asked?.pageId === page.pageId && !asked.isRefused;
    if (isMine && options.now >= asked.until) return this.#give(agentId, page);
    if (!isMine) {
      const until = options.now + PHONE_ANSWER_MS;
      this.#requests.set(agentId, { ...page, until, isRefused: false });
    }
    return holder.pageId;
  }

  /** The holder refuses; giving the phone up is a claim of the other page. Returns whether there was a question. */
  refuse(agentId: number): boolean {
    const asked = this.#requests.get(agentId);
    if (asked === undefined || asked.isRefused) return false;
    this.#requests.set(agentId, { ...asked, isRefused: true });
    return true;
  }

  /** The holder agrees. Returns the page that has the phone now, null when nobody asked any more. */
  agree(agentId: number): string | null {
    const asked = this.#requests.get(agentId);
    if (asked === undefined || asked.isRefused) return null;
    return this.#give(agentId, asked);
  }

  /** Notes whether the page that holds the phone is there; of any other page it says nothing. */
  setConnected(agentId: number, pageId: string, connected: boolean): void {
    const holder = this.#holders.get(agentId);
    if (holder?.pageId === pageId) this.#holders.set(agentId, { ...holder, connected });
  }

  /** A page that asked has gone: nobody is to answer it any more. Returns whether there was a question of its. */
  withdraw(agentId: number, pageId: string): boolean {
    return this.#requests.get(agentId)?.pageId === pageId && this.#requests.delete(agentId);
  }

  release(agentId: number): void {
    this.#holders.delete(agentId);
    this.#requests.delete(agentId);
  }

  #give(agentId: number, { pageId, deviceId }: PhonePage): string {
    this.#holders.set(agentId, { pageId, deviceId, connected: true });
    this.#requests.delete(agentId);
    return pageId;
  }
}
