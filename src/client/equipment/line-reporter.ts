import { type ClientEventPayload } from '../../shared/realtime.js';
import { type DeskView } from '../desk/desk-store.js';
import { holdsPhone } from '../desk/phase.js';
import { type CallStats } from '../softphone/call-stats.js';
import { LineSampler } from './line-sampler.js';

const LOOK_EVERY_MS = 2000;
const SEND_EVERY_MS = 10_000;

type Report = ClientEventPayload<'call:quality'>;

export interface LineReporterDeps {
  readonly stats: () => Promise<CallStats | null>;
  readonly devices: () => Pick<Report, 'microphone' | 'speaker'>;
  readonly send: (report: Report) => Promise<unknown>;
}

/** Tells the server how the line is: every ten seconds of a call, and what is left when it ends. */
export class LineReporter {
  readonly #deps: LineReporterDeps;
  #call: {
    readonly callId: string;
    readonly sampler: LineSampler;
    readonly timer: ReturnType<typeof setInterval>;
  } | null = null;
  #sentAt = 0;

  constructor(deps: LineReporterDeps) {
    this.#deps = deps;
  }

  follow(view: DeskView): void {
    const callId = measuredCall(view);
    const current = this.#call;
    if (current !== null && current.callId !== callId) {
      clearInterval(current.timer);
      this.#call = null;
      this.#send(current.callId, current.sampler);
    }
    if (callId === null) return;
    if (this.#call === null) this.#begin(callId);
    if (!isAudible(view)) this.#call?.sampler.interrupt();
  }

  #begin(callId: string): void {
    const sampler = new LineSampler();
    const timer = setInterval(() => void this.#look(callId, sampler), LOOK_EVERY_MS);
    this.#call = { callId, sampler, timer };
    this.#sentAt = performance.now();
    void this.#look(callId, sampler);
  }

  async #look(callId: string, sampler: LineSampler): Promise<void> {
    const stats = await this.#deps.stats().catch(() => null);
    // The call may have ended, or been interrupted, while the browser counted.
    if (stats === null || this.#call?.sampler !== sampler) return;
    sampler.look(stats, performance.now());
    if (performance.now() - this.#sentAt >= SEND_EVERY_MS) this.#send(callId, sampler);
  }

  #send(callId: string, sampler: LineSampler): void {
    this.#sentAt = performance.now();
    const measured = sampler.take();
    if (measured === null) return;
    // A sample that does not arrive is missed by nobody: the next one is a measure as good.
    this.#deps.send({ callId, ...measured, ...this.#deps.devices() }).catch(() => undefined);
  }
}

/** The call whose audio runs through this page. */
function measuredCall(view: DeskView): string | null {
  const card = view.desk?.call ?? null;
  if (card === null || !holdsPhone(view)) return null;
  if (card.state !== 'talking' && card.state !== 'on-hold') return null;
  return view.phone.call?.state === 'talking' || view.phone.call?.state === 'held' ? card.callId : null;
}

function isAudible({ phone }: DeskView): boolean {
  return phone.call?.state === 'talking' && !phone.call.isHeldByOther && !phone.call.isOtherAway;
}
