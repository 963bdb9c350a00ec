import { type ClientCommands, type HubViewer } from '../../platform/realtime/hub.js';
import { type Locale, type Translate } from '../../shared/i18n/messages.js';
import { type CallRecordSource } from './calls.routes.js';
import { toCallLine } from './calls-page.domain.js';

/** More calls than anybody takes in a day would only make the page heavy. */
const HISTORY_MAX = 60;

/** What an agent's page may ask about calls: the agent's own of today, the newest first. */
export function createCallCommands<V extends HubViewer>(deps: {
  readonly records: Pick<CallRecordSource, 'list'>;
  /** The operation's day of now; epoch milliseconds, the end not included. */
  readonly today: () => { readonly from: number; readonly until: number };
  readonly timeZone: string;
  readonly translate: (locale: Locale) => Translate;
}): Pick<ClientCommands<V>, 'desk:history'> {
  return {
    'desk:history': {
      permission: 'voice.desk',
      run: async ({ userId, locale }) => {
        const { from, until } = deps.today();
        const found = await deps.records.list({ from, to: until, agentId: userId, page: 1, pageSize: HISTORY_MAX });
        const words = { t: deps.translate(locale), locale, timeZone: deps.timeZone };
        const ended = found.calls.filter(({ state }) => state === 'ended');
        return ended.map((call) => {
          const { callId, time, direction, talked, outcome, outcomeText } = toCallLine(call, words);
          const isAnswered = outcome === 'answered' || (outcome === 'transferred' && call.answeredAt !== null);
          const name = call.customer?.name ?? null;
          return { callId, number: call.number, name, time, direction, talked, outcome: outcomeText, isAnswered };
        });
      },
    },
  };
}
