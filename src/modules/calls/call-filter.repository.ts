import { literal, Op, type Sequelize, type WhereOptions } from 'sequelize';
import { containing } from '../../platform/db/containing.js';
import { type CallOutcome } from './call-outcome.domain.js';
import { type CallFilter } from './call-record.domain.js';
import { type CallRow } from './call.model.js';

/** A name may hold a digit or two; only more of them are looked for as a number. */
const NUMBER_DIGITS = 4;

/** The rows that a filter names. */
export function toWhere(filter: CallFilter, sequelize: Sequelize): WhereOptions<CallRow> {
  const { from, to, queueId, agentId, customerId, number, outcome, direction, text } = filter;
  const digits = number?.replaceAll(/\D/g, '') ?? '';
  return {
    startedAt: { [Op.gte]: new Date(from), [Op.lt]: new Date(to) },
    ...(queueId === undefined ? {} : { queueId }),
    ...(direction === undefined ? {} : { direction }),
    ...(customerId === undefined ? {} : { customerId }),
    [Op.and]: [
      ...(digits === '' ? [] : [{ number: { [Op.like]: `%${digits}%` } }]),
      ...(text === undefined || text.trim() === '' ? [] : [numberOrCustomer(text, sequelize)]),
      ...(agentId === undefined ? [] : [hadBy(agentId)]),
      ...(outcome === undefined ? [] : [whereOutcome(outcome)]),
    ],
  };
}

/** Whose it is, and who had a part in it or was asked about it. */
function hadBy(agentId: number): WhereOptions<CallRow> {
  const parts = literal(`(SELECT call_id FROM call_parts WHERE agent_id = ${String(Math.trunc(agentId))})`);
  return { [Op.or]: [{ agentId }, { peerAgentId: agentId }, { id: { [Op.in]: parts } }] };
}

function numberOrCustomer(text: string, sequelize: Sequelize): WhereOptions<CallRow> {
  const digits = text.replaceAll(/\D/g, '');
  const customers = literal(`(SELECT id FROM customers WHERE name LIKE ${sequelize.escape(containing(text))})`);
  return {
    [Op.or]: [
      { customerId: { [Op.in]: customers } },
      ...(digits.length < NUMBER_DIGITS ? [] : [{ number: { [Op.like]: `%${digits}%` } }]),
    ],
  };
}

/** The same as `outcomeOf`, said to the database. */
function whereOutcome(outcome: CallOutcome): WhereOptions<CallRow> {
  switch (outcome) {
    case 'in-progress':
      return { state: { [Op.ne]: 'ended' } };
    case 'dropped':
      return { state: 'ended', endCause: 'dropped' };
    case 'answered':
      return {
        state: 'ended',
        answeredAt: { [Op.ne]: null },
        [Op.or]: [{ endCause: null }, { endCause: { [Op.notIn]: ['dropped', 'transferred'] } }],
      };
    case 'transferred':
      return { state: 'ended', endCause: 'transferred' };
    case 'failed':
      return { state: 'ended', answeredAt: null, [Op.or]: [{ endCause: null }, { endCause: 'failed' }] };
    default:
      return { state: 'ended', answeredAt: null, endCause: outcome === 'cancelled' ? 'hung-up' : outcome };
  }
}
