import { type DirectoryQueue } from '../src/modules/telephony/telephony.port.js';
import { type DemoQueueName } from './demo-accounts.js';

export interface DemoQueue {
  readonly id: number;
  readonly name: DemoQueueName;
  readonly number: string;
  readonly strategy: DirectoryQueue['strategy'];
  readonly ringSeconds: number;
  readonly maxWaitSeconds: number;
  readonly serviceLevelSeconds: number;
  readonly wrapUpSeconds: number;
  /** Of a working day. */
  readonly callsPerDay: number;
  /** Median of a conversation. */
  readonly talkSeconds: number;
  readonly subjects: readonly string[];
}

export const DEMO_QUEUES: readonly DemoQueue[] = [
  {
    id: 1,
    name: 'Suporte',
    number: '5001',
    strategy: 'longest-idle',
    ringSeconds: 20,
    maxWaitSeconds: 600,
    serviceLevelSeconds: 20,
    wrapUpSeconds: 60,
    callsPerDay: 150,
    talkSeconds: 230,
    subjects: [
      'Sem conexão',
      'Lentidão na internet',
      'Configuração do roteador',
      'Visita técnica',
      'Segunda via de senha',
    ],
  },
  {
    id: 2,
    name: 'Vendas',
    number: '5002',
    strategy: 'ring-all',
    ringSeconds: 20,
    maxWaitSeconds: 300,
    serviceLevelSeconds: 20,
    wrapUpSeconds: 90,
    callsPerDay: 72,
    talkSeconds: 300,
    subjects: ['Contratação de plano', 'Mudança de plano', 'Mudança de endereço', 'Dúvida sobre oferta'],
  },
  {
    id: 3,
    name: 'Financeiro',
    number: '5003',
    strategy: 'round-robin',
    ringSeconds: 20,
    maxWaitSeconds: 600,
    serviceLevelSeconds: 30,
    wrapUpSeconds: 60,
    callsPerDay: 55,
    talkSeconds: 190,
    subjects: ['Segunda via de fatura', 'Contestação de cobrança', 'Negociação de débito', 'Comprovante de pagamento'],
  },
];

export interface DemoReason {
  readonly id: number;
  readonly type: 'pause' | 'subject' | 'outcome';
  readonly name: string;
  readonly timeLimitSeconds: number | null;
  readonly isProductive: boolean;
}

const pause = (id: number, name: string, minutes: number | null, isProductive = false): DemoReason => ({
  id,
  type: 'pause',
  name,
  timeLimitSeconds: minutes === null ? null : minutes * 60,
  isProductive,
});
const plain = (type: 'subject' | 'outcome', firstId: number, names: readonly string[]): DemoReason[] =>
  names.map((name, i) => ({ id: firstId + i, type, name, timeLimitSeconds: null, isProductive: false }));

/** The pauses are spelled as in the exchange. */
export const DEMO_REASONS: readonly DemoReason[] = [
  pause(1, 'Almoço', 60),
  pause(2, 'Descanso', 10),
  pause(3, 'Lanche', 20),
  pause(4, 'Banheiro', null),
  pause(5, 'Treinamento', null, true),
  pause(6, 'Reunião', null, true),
  pause(7, 'Feedback', 30, true),
  ...plain(
    'subject',
    8,
    DEMO_QUEUES.flatMap((queue) => queue.subjects),
  ),
  ...plain('outcome', 30, ['Resolvido', 'Encaminhado', 'Retorno agendado', 'Sem interesse', 'Ligação caiu']),
];

/** The pauses by name, where the story of a day needs one. */
export const PAUSE = { meal: 3, rest: 2, bathroom: 4, training: 5, meeting: 6, feedback: 7 } as const;

/** What agents write. `%s` is the subject. */
export const DEMO_DESCRIPTIONS: readonly string[] = [
  '%s: cliente confirmou os dados e o pedido foi concluído durante a ligação.',
  '%s: orientado passo a passo; cliente testou e confirmou que está funcionando.',
  '%s: registrada solicitação para o setor responsável, com prazo de dois dias úteis.',
  '%s: cliente pediu tempo para decidir; combinado novo contato.',
  '%s: enviado por e-mail conforme solicitado.',
  '%s: cliente agradeceu, sem pendências.',
];
