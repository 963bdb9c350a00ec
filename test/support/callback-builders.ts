import { type Callback } from '../../src/modules/callbacks/callback.domain.js';

export const MINUTE = 60_000;
/** Wednesday 2026-11-25, 14:00 in São Paulo (17:00 UTC). */
export const DUE = Date.UTC(2026, 10, 25, 17, 0);

export function aCallback(fields: Partial<Callback> = {}): Callback {
  const dueAt = fields.dueAt ?? DUE;
  return {
    id: 1,
    number: '+5583999990001',
    customerId: 1,
    customerName: 'Beatriz Nunes',
    ownerId: 7,
    ownerName: 'Pessoa 7',
    queueId: null,
    attendanceId: null,
    createdBy: 7,
    dueAt,
    windowEndAt: dueAt + 30 * MINUTE,
    timeZone: 'America/Sao_Paulo',
    notes: '',
    state: 'scheduled',
    reason: null,
    attempts: 0,
    maxAttempts: 3,
    nextAttemptAt: dueAt,
    claimedBy: null,
    claimedUntil: null,
    version: 0,
    updatedAt: dueAt - 60 * MINUTE,
    ...fields,
  };
}
