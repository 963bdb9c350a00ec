import { type Database } from '../../platform/db/database.js';
import { type CallCentre } from '../agents/index.js';
import { type SequelizeAuditRepository } from '../audit/index.js';
import { type Telephony } from '../telephony/telephony.port.js';
import { createAgentPresence, NOBODY_PRESENT } from './agent-presence.js';
import { type AssociationDeps } from './association.port.js';
import { SequelizeAssociationRepository } from './association.repository.js';
import { createAssociationRouter } from './association.routes.js';
import { Associations } from './association.service.js';
import { Synchronisation } from './synchronisation.service.js';

export interface AssociationParts extends Pick<
  AssociationDeps,
  'permissionsOf' | 'links' | 'hash' | 'endSessions' | 'logError'
> {
  readonly db: Database;
  readonly audit: SequelizeAuditRepository;
  /** Both null without an exchange. */
  readonly telephony: Pick<Telephony, 'directory'> | null;
  readonly voice: { readonly centre: CallCentre } | null;
  readonly publicUrl: URL | null;
}

/** The pages at `/admin/association`, over what the application has. */
export function createAssociation(parts: AssociationParts): ReturnType<typeof createAssociationRouter> {
  const { db, audit, telephony, voice, publicUrl } = parts;
  const deps: AssociationDeps = {
    ...parts,
    repository: new SequelizeAssociationRepository(db, audit),
    directory: telephony === null ? null : () => telephony.directory(),
    presence: voice === null ? NOBODY_PRESENT : createAgentPresence(voice.centre),
    reload: async () => voice?.centre.reload(),
  };
  const associations = new Associations(deps);
  return createAssociationRouter({ associations, synchronisation: new Synchronisation(deps), publicUrl });
}
