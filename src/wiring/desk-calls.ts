import { type CallCentre } from '../modules/agents/index.js';
import { type DeskCall } from '../modules/desk/index.js';

/** The call of an agent's view of the picture, as the desk shows it. */
export function deskCallOf(centre: Pick<CallCentre, 'viewOf'>, agentId: number): DeskCall | null {
  const view = centre.viewOf(agentId);
  if (view === null) return null;
  const { call, state, queueName, waited, answeredAt, isConference, about, askedBy } = view;
  const { callId, direction, number, customer, startedAt, alsoKnownAs, transfer } = call;
  return {
    callId,
    direction,
    number,
    customer,
    queueName,
    state,
    startedAt,
    waited,
    answeredAt,
    phoneCallIds: [callId, ...alsoKnownAs],
    // Who is rung for it is not who sends it.
    transfer:
      transfer === null || call.agentId !== agentId
        ? null
        : { kind: transfer.target.kind, label: transfer.target.name, since: transfer.since },
    isConference,
    about:
      about === null
        ? null
        : {
            callId: about.callId,
            askedBy,
            number: about.number,
            customerName: about.customer?.name ?? null,
            queueName: about.queueName,
          },
  };
}
