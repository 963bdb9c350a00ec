/** Which page has an agent's phone, and whether that page is there. */
export interface PhoneHolder {
  readonly pageId: string;
  readonly connected: boolean;
}

/**
 * One phone an agent: the page that claims it first has it, until another takes it over on purpose, or claims it while
 * the holder is gone. A page that reloads has the same id and so has its phone again.
 *
 * Knows agents and pages only; connections are the business of `DeskPages`.
 */
export class PhoneLeases {
  readonly #holders = new Map<number, PhoneHolder>();

  holderOf(agentId: number): PhoneHolder | null {
    return this.#holders.get(agentId) ?? null;
  }

  /** Returns who holds the phone after the claim: `pageId`, or the other page when it was not given up. */
  claim(agentId: number, pageId: string, force: boolean): string {
    const holder = this.#holders.get(agentId);
    if (holder?.connected === true && holder.pageId !== pageId && !force) return holder.pageId;
    this.#holders.set(agentId, { pageId, connected: true });
    return pageId;
  }

  /** Notes whether the page that holds the phone is there; of any other page it says nothing. */
  setConnected(agentId: number, pageId: string, connected: boolean): void {
    if (this.#holders.get(agentId)?.pageId === pageId) this.#holders.set(agentId, { pageId, connected });
  }

  release(agentId: number): void {
    this.#holders.delete(agentId);
  }
}
