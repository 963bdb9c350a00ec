import { type LiveCall } from './call.domain.js';

/** How many ended calls are remembered, so that their late events are known for what they are. */
const REMEMBERED = 2000;

/** The calls that live, and for a while those that have ended. Terminal is final: an ended call never comes back. */
export class CallBook {
  readonly #live = new Map<string, LiveCall>();
  readonly #ended = new Map<string, LiveCall>();
  /** Ended calls whose wrap-up still runs. */
  readonly #kept = new Map<string, LiveCall>();
  readonly #dials = new Map<number, string>();
  readonly #consultations = new Map<number, string>();

  live(callId: string): LiveCall | null {
    return this.#live.get(callId) ?? null;
  }

  /** Also one that has ended, if it is remembered. */
  find(callId: string): LiveCall | null {
    return this.#live.get(callId) ?? this.#kept.get(callId) ?? this.#ended.get(callId) ?? null;
  }

  all(): readonly LiveCall[] {
    return [...this.#live.values()];
  }

  /** Ended ones whose wrap-up still runs. */
  keptCalls(): readonly LiveCall[] {
    return [...this.#kept.values()];
  }

  /** The call that was dialled for this agent and has not ended, from before the phone rings. */
  dialOf(agentId: number): LiveCall | null {
    const callId = this.#dials.get(agentId);
    return callId === undefined ? null : this.live(callId);
  }

  /** The call that this agent asks somebody by and that has not ended, from before the phone rings. */
  consultationOf(agentId: number): LiveCall | null {
    const callId = this.#consultations.get(agentId);
    return callId === undefined ? null : this.live(callId);
  }

  put(call: LiveCall): void {
    const before = this.#live.get(call.callId);
    // It was sent on: whoever has it now did not have it dialled.
    if (before !== undefined && before.agentId !== call.agentId) this.#forgetDial(before);
    if (call.state === 'ended') {
      this.#end(call);
      return;
    }
    this.#live.set(call.callId, call);
    if (call.direction === 'inbound' || call.agentId === null || call.parts.length > 1 || call.sentTo !== null) return;
    this.#dialsOf(call).set(call.agentId, call.callId);
  }

  keep(callId: string): void {
    const call = this.find(callId);
    if (call !== null) this.#kept.set(callId, call);
  }

  letGo(callId: string): void {
    this.#kept.delete(callId);
  }

  #end(call: LiveCall): void {
    this.#live.delete(call.callId);
    if (this.#kept.has(call.callId)) this.#kept.set(call.callId, call);
    this.#forgetDial(call);
    this.#ended.set(call.callId, call);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
  }

  #dialsOf(call: LiveCall): Map<number, string> {
    return call.direction === 'consult' ? this.#consultations : this.#dials;
  }

  #forgetDial(call: LiveCall): void {
    const dials = this.#dialsOf(call);
    if (call.agentId !== null && dials.get(call.agentId) === call.callId) dials.delete(call.agentId);
  }
}
