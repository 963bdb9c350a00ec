import { type AgentStatus } from '../../shared/agent-state.js';
import { type DeskTarget, type TransferTargets } from '../../shared/desk.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { hasWords } from '../../shared/word-search.js';

type AgentTarget = TransferTargets['agents'][number];
type QueueTarget = TransferTargets['queues'][number];

/** One line of the list of those a call may go to. */
export type TransferChoice =
  | { readonly key: string; readonly target: DeskTarget & { readonly kind: 'agent' }; readonly agent: AgentTarget }
  | { readonly key: string; readonly target: DeskTarget & { readonly kind: 'queue' }; readonly queue: QueueTarget }
  | { readonly key: string; readonly target: DeskTarget & { readonly kind: 'number' } };

/** Who can take a call now comes first, then who may soon be able to. */
const ORDER: readonly AgentStatus[] = [
  'available',
  'reserved',
  'wrap-up',
  'paused',
  'offered',
  'dialling',
  'talking',
  'on-hold',
  'unreachable',
  'offline',
];

/** Digits with what people write between them. */
const NUMBER = /^\+?[\d\s().-]*\d[\d\s().-]*$/;
/** As few digits as name an extension or an emergency service, and as many as a number of any country has. */
const SHORT_DIGITS = 6;
const MOST_DIGITS = 15;

/** What the list shows for what is typed, in its order. What is typed as a number is a choice by itself. */
export function transferChoices(
  targets: TransferTargets | null,
  typed: string,
  ownAgentId: number | null,
): readonly TransferChoice[] {
  const text = typed.trim();
  const choices: TransferChoice[] = [];
  if (looksLikeNumber(text)) choices.push({ key: 'number', target: { kind: 'number', number: text } });
  const agents = (targets?.agents ?? [])
    .filter(
      ({ agentId, name, queueNames }) => agentId !== ownAgentId && hasWords([name, ...queueNames].join(' '), text),
    )
    .sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || a.name.localeCompare(b.name));
  for (const agent of agents) {
    const { agentId } = agent;
    choices.push({ key: `agent-${agentId}`, target: { kind: 'agent', agentId }, agent });
  }
  const queues = (targets?.queues ?? [])
    .filter(({ name }) => hasWords(name, text))
    .sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || a.name.localeCompare(b.name));
  for (const queue of queues) {
    const { queueId } = queue;
    choices.push({ key: `queue-${queueId}`, target: { kind: 'queue', queueId }, queue });
  }
  return choices;
}

export function looksLikeNumber(typed: string): boolean {
  return NUMBER.test(typed.normalize('NFKC').trim());
}

/** Why a number can certainly not be dialled; the server knows the rest. Null where nothing is wrong at sight. */
export function numberProblem(typed: string): MessageKey | null {
  const text = typed.normalize('NFKC').trim();
  if (!looksLikeNumber(text)) return 'desk:transfer.number-invalid';
  const digits = text.replace(/\D/g, '').length;
  if (digits <= SHORT_DIGITS) return 'desk:transfer.number-short';
  return digits > MOST_DIGITS ? 'desk:transfer.number-long' : null;
}
