import { type DateTime } from 'luxon';
import { type CallbackState } from '../src/shared/desk.js';
import { type SeedCall } from './day-record.js';
import { DEMO_AGENTS } from './demo-accounts.js';
import { DEMO_CUSTOMERS } from './demo-customers.js';
import { DEMO_QUEUES } from './demo-service.js';
import { type PlannedDial } from './day-simulation.js';

const MINUTE = 60_000;
const RETRY_MS = 10 * MINUTE;
const WINDOW_MS = 30 * MINUTE;
export const MAX_ATTEMPTS = 3;

/** A promise, and the calls that were made for it. */
export interface SeedCallback {
  readonly number: string;
  readonly customerId: number;
  readonly ownerId: number;
  readonly queueId: number;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly windowEndAt: number;
  readonly notes: string;
  readonly state: CallbackState;
  readonly reason: string | null;
  readonly endedAt: number | null;
  readonly attempts: readonly SeedCall[];
}

/** What the story says of one past promise; `none`: nobody called. */
interface Story {
  readonly daysAgo: number;
  readonly hour: number;
  readonly agent: number;
  readonly customer: number;
  readonly tries: readonly PlannedDial['outcome'][];
  readonly otherwise?: { readonly state: CallbackState; readonly reason: string };
  readonly notes: string;
}

/** One of each ending, and some that simply went well. */
const PAST: readonly Story[] = [
  { daysAgo: 6, hour: 10, agent: 0, customer: 3, tries: ['answered'], notes: 'Confirmar se a conexão voltou.' },
  { daysAgo: 6, hour: 16, agent: 6, customer: 8, tries: ['no-answer', 'answered'], notes: 'Falar sobre a fatura.' },
  { daysAgo: 5, hour: 11, agent: 0, customer: 12, tries: ['rejected'], notes: 'Oferecer plano de 500 mega.' },
  { daysAgo: 5, hour: 17, agent: 6, customer: 19, tries: ['answered'], notes: 'Retorno prometido pela supervisão.' },
  {
    daysAgo: 4,
    hour: 9,
    agent: 1,
    customer: 21,
    tries: [],
    otherwise: { state: 'expired', reason: 'owner-away' },
    notes: 'Cliente só atende de manhã.',
  },
  { daysAgo: 4, hour: 15, agent: 6, customer: 5, tries: ['busy', 'answered'], notes: 'Combinar visita técnica.' },
  {
    daysAgo: 3,
    hour: 10,
    agent: 2,
    customer: 14,
    tries: [],
    otherwise: { state: 'cancelled', reason: 'cancelled-by-owner' },
    notes: 'Cliente ligou antes.',
  },
  { daysAgo: 2, hour: 11, agent: 0, customer: 27, tries: ['answered'], notes: 'Falar com o setor de compras.' },
  { daysAgo: 2, hour: 18, agent: 6, customer: 30, tries: ['answered'], notes: 'Enviar proposta antes de ligar.' },
  { daysAgo: 1, hour: 10, agent: 0, customer: 16, tries: ['answered'], notes: 'Verificar pagamento.' },
];

/** Promises that are still to be kept: days from now, hour, agent, customer. */
const UPCOMING: readonly (readonly [
  daysAhead: number,
  hour: number,
  agent: number,
  customer: number,
  notes: string,
])[] = [
  [1, 9, 0, 7, 'Confirmar instalação do roteador.'],
  [1, 10, 3, 22, 'Cliente quer comparar os planos.'],
  [1, 14, 6, 11, 'Falar devagar. Explicar a nova fatura.'],
  [1, 17, 9, 2, 'Negociação: proposta em três parcelas.'],
  [2, 11, 0, 25, 'Ver se a visita técnica resolveu.'],
  [2, 15, 8, 29, 'Renovação do contrato da oficina.'],
  [3, 10, 4, 18, 'Retornar com a resposta da ouvidoria.'],
  [5, 16, 11, 9, 'Aniversário do contrato.'],
];

/** The callbacks of the week: planned into its days, told after they were played. */
export class CallbackStory {
  readonly #today: DateTime;
  readonly #now: number;
  readonly #calls = new Map<Story, SeedCall[]>();

  /** `today` is the beginning of the day in the operation's zone. */
  constructor(today: DateTime, now: number) {
    this.#today = today;
    this.#now = now;
  }

  /** The calls that are due on a day; each is followed by the next try when it reached nobody. */
  dialsOn(daysAgo: number): readonly PlannedDial[] {
    return PAST.filter((story) => story.daysAgo === daysAgo).flatMap((story) => {
      const first = this.#dial(story, 0, this.#dueAt(story));
      return first === null ? [] : [first];
    });
  }

  #dial(story: Story, n: number, at: number): PlannedDial | null {
    const outcome = story.tries[n];
    if (outcome === undefined) return null;
    return {
      at,
      agentId: ownerOf(story.agent),
      direction: 'callback',
      number: customerOf(story.customer).numbers[0],
      customerId: story.customer,
      outcome,
      onEnded: (call) => {
        this.#calls.set(story, [...(this.#calls.get(story) ?? []), call]);
        return this.#dial(story, n + 1, (call.endedAt ?? at) + RETRY_MS);
      },
    };
  }

  tell(): readonly SeedCallback[] {
    return [...PAST.map((story) => this.#past(story)), ...UPCOMING.map((promise) => this.#upcoming(promise))];
  }

  #dueAt({ daysAgo, hour }: Story): number {
    return this.#today.minus({ days: daysAgo }).set({ hour }).toMillis();
  }

  #past(story: Story): SeedCallback {
    const dueAt = this.#dueAt(story);
    const attempts = this.#calls.get(story) ?? [];
    const last = attempts.at(-1);
    const windowEndAt = dueAt + WINDOW_MS;
    const ending =
      last === undefined
        ? { ...(story.otherwise ?? { state: 'expired' as const, reason: 'owner-busy' }), endedAt: windowEndAt }
        : endingOf(last);
    const notes = story.notes;
    return { ...this.#promise(story.agent, story.customer, dueAt), notes, attempts, windowEndAt, ...ending };
  }

  #upcoming([daysAhead, hour, agent, customer, notes]: (typeof UPCOMING)[number]): SeedCallback {
    const dueAt = this.#today.plus({ days: daysAhead }).set({ hour }).toMillis();
    return {
      ...this.#promise(agent, customer, dueAt),
      windowEndAt: dueAt + WINDOW_MS,
      notes,
      state: 'scheduled',
      reason: null,
      endedAt: null,
      attempts: [],
    };
  }

  #promise(
    agent: number,
    customer: number,
    dueAt: number,
  ): Pick<SeedCallback, 'number' | 'customerId' | 'ownerId' | 'queueId' | 'createdAt' | 'dueAt'> {
    const name = DEMO_AGENTS[agent]?.queues[0];
    return {
      number: customerOf(customer).numbers[0],
      customerId: customer,
      ownerId: ownerOf(agent),
      queueId: DEMO_QUEUES.find((queue) => queue.name === name)?.id ?? 1,
      // Promised the day before; what is still to come was promised before now.
      createdAt: Math.min(dueAt - 22 * 60 * MINUTE, this.#now - 30 * MINUTE),
      dueAt,
    };
  }
}

function endingOf(last: SeedCall): Pick<SeedCallback, 'state' | 'reason' | 'endedAt'> {
  const { endedAt, endCause } = last;
  if (last.answeredAt !== null)
    return { state: 'done', reason: endCause === 'dropped' ? 'dropped' : 'talked', endedAt };
  return { state: 'failed', reason: endCause, endedAt };
}

function ownerOf(index: number): number {
  const agent = DEMO_AGENTS[index];
  if (agent === undefined) throw new Error(`no agent ${index} in the demonstration`);
  return agent.id;
}

function customerOf(id: number): (typeof DEMO_CUSTOMERS)[number] {
  const customer = DEMO_CUSTOMERS[id - 1];
  if (customer === undefined) throw new Error(`no customer ${id} in the demonstration`);
  return customer;
}
