import { type Request } from 'express';
import { type Actor } from '../../modules/audit/audit.domain.js';
import { requireViewer } from './guards.js';

/** Who asks, as the audit trail names them. For guarded routes only. */
export function actorOf(req: Request): Actor {
  const { userId, name } = requireViewer(req);
  return { userId, name, address: req.ip ?? null };
}
