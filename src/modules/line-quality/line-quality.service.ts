import { DomainError } from '../../platform/errors.js';
import { KeyedQueue } from '../../platform/keyed-queue.js';
import { opinionScore, wordOf } from '../../shared/line-quality.js';
import {
  toSummary,
  withSample,
  type AgentLine,
  type AgentSide,
  type CallLine,
  type EquipmentCheck,
  type LineSample,
} from './line-quality.domain.js';

export interface LineQualityRepository {
  /**
   * Changes the line of one agent in one call, in one transaction: `change` gets what is stored and says what is to be;
   * null leaves it. Returns what `change` returned.
   */
  change(callId: string, agentId: number, change: (line: CallLine | null) => CallLine | null): Promise<CallLine | null>;
  ofCalls(callIds: readonly string[]): Promise<readonly CallLine[]>;
  /** By agent, over the samples stored last in `[from, until)`. */
  ratings(
    from: number,
    until: number,
  ): Promise<ReadonlyMap<number, { readonly mean: number; readonly seconds: number }>>;
  storeCheck(check: EquipmentCheck): Promise<void>;
  checks(): Promise<ReadonlyMap<number, EquipmentCheck>>;
}

export interface LineQualityDeps {
  readonly repository: LineQualityRepository;
  readonly now: () => number;
}

/** A sample of a call's last seconds comes when the call has ended already, or gone to somebody else. */
const JUST_HAD_MS = 60_000;

/** How calls sounded, as the agents' pages measured it, and what their equipment's tests said. */
export class LineQuality {
  readonly #deps: LineQualityDeps;
  readonly #turns = new KeyedQueue<string>();

  constructor(deps: LineQualityDeps) {
    this.#deps = deps;
  }

  /**
   * Adds what was measured to the agent's side of a call. `isInCall` says whether the call is the agent's now; without it
   * only the last seconds of one that was measured a moment ago are taken. Throws a DomainError 'conflict' for any other
   * call, 'invalid' for more time than there was.
   */
  async add(callId: string, agentId: number, sample: LineSample, isInCall: boolean): Promise<void> {
    const at = this.#deps.now();
    await this.#turns.run(`${String(agentId)} ${callId}`, () =>
      this.#deps.repository.change(callId, agentId, (line) => {
        const isOurs = isInCall || (line !== null && at - line.lastAt <= JUST_HAD_MS);
        if (!isOurs) throw new DomainError('conflict', 'equipment:error.not-your-call');
        const changed = withSample(line, { callId, agentId }, sample, at);
        if (changed === null) throw new DomainError('invalid', 'realtime:bad-payload');
        return changed;
      }),
    );
  }

  storeCheck(check: Omit<EquipmentCheck, 'checkedAt'>): Promise<void> {
    return this.#deps.repository.storeCheck({ ...check, checkedAt: this.#deps.now() });
  }

  /** By call, each agent's side that was measured. */
  async ofCalls(callIds: readonly string[]): Promise<ReadonlyMap<string, readonly AgentSide[]>> {
    const sides = new Map<string, AgentSide[]>();
    for (const line of await this.#deps.repository.ofCalls(callIds)) {
      const known = sides.get(line.callId) ?? [];
      known.push({ agentId: line.agentId, line: toSummary(line) });
      sides.set(line.callId, known);
    }
    return sides;
  }

  /** By agent, for all who ever tested or were measured in `[from, until)`. */
  async ofAgents(from: number, until: number): Promise<ReadonlyMap<number, AgentLine>> {
    const { repository } = this.#deps;
    const [checks, ratings] = await Promise.all([repository.checks(), repository.ratings(from, until)]);
    const agents = new Map<number, AgentLine>();
    for (const agentId of new Set([...checks.keys(), ...ratings.keys()])) {
      const rating = ratings.get(agentId);
      agents.set(agentId, {
        check: checks.get(agentId) ?? null,
        today: rating === undefined ? null : { word: wordOf(rating.mean), score: opinionScore(rating.mean) },
      });
    }
    return agents;
  }
}
