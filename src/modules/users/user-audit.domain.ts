import { type AuditFields } from '../audit/audit.domain.js';

/** What the audit trail keeps of "Dados principais": names, as people read them. Never a password. */
export function auditedMainData(
  user: { readonly name: string; readonly login: string; readonly locale: string | null },
  profile: string,
  isActive: boolean,
): AuditFields {
  return { name: user.name, login: user.login, profile, locale: user.locale, isActive };
}

/** What the audit trail keeps of "Atendimento". */
export function auditedServiceData(
  user: { readonly locality: string | null; readonly extension: string | null },
  queues: readonly string[],
): AuditFields {
  return { locality: user.locality, extension: user.extension, queues };
}
