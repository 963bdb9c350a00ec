import { KeyedQueue } from '../../platform/keyed-queue.js';
import { DomainError } from '../../platform/errors.js';
import { type Queue } from '../queues/index.js';
import { type Telephony } from '../telephony/telephony.port.js';
import { type Agent } from './agent-registry.js';
import { type CentreLog } from './call-centre.port.js';
import { type LiveState } from './live-state.js';

/**
 * Asks the exchange to log agents in to queues and out of them, one thing after another for each agent. The exchange's
 * event is what changes the picture.
 */
export class Memberships {
  readonly #deps: { readonly telephony: Telephony; readonly live: LiveState; readonly log: CentreLog };
  readonly #turns = new KeyedQueue<number>();

  constructor(deps: { readonly telephony: Telephony; readonly live: LiveState; readonly log: CentreLog }) {
    this.#deps = deps;
  }

  /** @throws DomainError when the agent may not, or the exchange does not. */
  logIn(agent: Agent, queueId: number): Promise<void> {
    return this.#turns.run(agent.id, async () => {
      // Looked at now and not when it was asked: what came before in line may have ended the shift.
      const { queue, extension } = this.#allowed(agent, queueId);
      if (!agent.queueIds.has(queueId)) await this.#deps.telephony.logIn(queue.exchangeName, extension);
    });
  }

  logOut(agent: Agent, queueId: number): Promise<void> {
    return this.#turns.run(agent.id, async () => {
      const queue = this.#deps.live.queues.find(queueId);
      if (queue === null) throw new DomainError('not-found', 'calls:refused.no-queue');
      const { extension } = agent.identity;
      if (extension === null || !agent.queueIds.has(queueId)) return;
      await this.#deps.telephony.logOut(queue.exchangeName, extension);
    });
  }

  /** In or out of every queue of the agent; tries them all, then rejects with the first refusal if there was one. */
  async logAll(agent: Agent, loggedIn: boolean): Promise<void> {
    const queueIds = loggedIn ? this.#openQueuesOf(agent) : [...agent.queueIds];
    const results = await Promise.allSettled(
      queueIds.map((id) => (loggedIn ? this.logIn(agent, id) : this.logOut(agent, id))),
    );
    const refused = results.find((result) => result.status === 'rejected');
    if (refused !== undefined) throw refused.reason;
  }

  /** After the end of a shift: out of everything, whatever was asked before it. What fails is healed later. */
  async leaveAll(agent: Agent): Promise<void> {
    await this.#turns.run(agent.id, async () => {
      for (const queueId of agent.queueIds) {
        const queue = this.#deps.live.queues.find(queueId);
        const { extension } = agent.identity;
        if (queue === null || extension === null) continue;
        try {
          await this.#deps.telephony.logOut(queue.exchangeName, extension);
        } catch (error) {
          this.#deps.log.warn({ error, agentId: agent.id, queueId }, 'an agent off shift could not be logged out yet');
        }
      }
    });
  }

  idle(): Promise<void> {
    return this.#turns.idle();
  }

  #openQueuesOf(agent: Agent): readonly number[] {
    return agent.identity.queueIds.filter((id) => this.#deps.live.queues.find(id)?.isActive === true);
  }

  #allowed(agent: Agent, queueId: number): { readonly queue: Queue; readonly extension: string } {
    if (agent.state.shiftStartedAt === null) throw new DomainError('conflict', 'calls:refused.not-on-shift');
    const { extension, queueIds } = agent.identity;
    if (extension === null) throw new DomainError('conflict', 'calls:refused.no-agent');
    const queue = this.#deps.live.queues.find(queueId);
    if (queue?.isActive !== true) throw new DomainError('not-found', 'calls:refused.no-queue');
    if (!queueIds.includes(queueId)) throw new DomainError('forbidden', 'calls:refused.not-your-queue');
    return { queue, extension };
  }
}
