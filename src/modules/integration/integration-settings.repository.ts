import { type ModelStatic } from 'sequelize';
import { z } from 'zod';
import { type Database } from '../../platform/db/database.js';
import { updateVersioned } from '../../platform/db/versioned.js';
import { type AuditNote, type SequelizeAuditRepository } from '../audit/index.js';
import { TEST_STEP_NAMES } from '../telephony/connection-test.domain.js';
import { DEFAULT_SETTINGS, PLATFORMS, type PlainSettings, type TestRecord } from './integration-settings.domain.js';
import { defineIntegrationModel, type IntegrationRow } from './integration-settings.model.js';
import { type IntegrationRepository, type SealedSecrets, type StoredIntegration } from './integration.service.js';

const ROW_ID = 1;

/** What an older version stored may lack fields of a newer one: they are as in an installation that is new. */
const fieldsSchema = z.object({
  host: z.string().default(DEFAULT_SETTINGS.host),
  port: z.number().default(DEFAULT_SETTINGS.port),
  tls: z.boolean().default(DEFAULT_SETTINGS.tls),
  tlsVerify: z.boolean().default(DEFAULT_SETTINGS.tlsVerify),
  username: z.string().default(DEFAULT_SETTINGS.username),
  softphoneUrl: z.string().default(DEFAULT_SETTINGS.softphoneUrl),
  agentContext: z.string().default(DEFAULT_SETTINGS.agentContext),
  trunk: z.string().default(DEFAULT_SETTINGS.trunk),
  outboundPrefix: z.string().default(DEFAULT_SETTINGS.outboundPrefix),
  callerNumber: z.string().default(DEFAULT_SETTINGS.callerNumber),
  stunUrls: z.array(z.string()).default([]),
  turnUrls: z.array(z.string()).default([]),
});
const secretsSchema = z.object({
  secret: z.string().optional(),
  turnSecret: z.string().optional(),
  uraToken: z.string().optional(),
});
const testSchema = z.object({
  fingerprint: z.string(),
  isUsable: z.boolean(),
  failed: z.array(z.enum(TEST_STEP_NAMES)),
});

export class SequelizeIntegrationRepository implements IntegrationRepository {
  readonly #db: Database;
  readonly #model: ModelStatic<IntegrationRow>;
  readonly #audit: SequelizeAuditRepository;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#model = defineIntegrationModel(db.sequelize);
    this.#audit = audit;
  }

  async load(): Promise<StoredIntegration> {
    const row = await this.#model.findByPk(ROW_ID, { rejectOnEmpty: true });
    const { secret, turnSecret, uraToken } = secretsSchema.parse(JSON.parse(row.secrets));
    return {
      plain: { platform: z.enum(PLATFORMS).parse(row.platform), ...fieldsSchema.parse(JSON.parse(row.fields)) },
      sealed: { secret: secret ?? null, turnSecret: turnSecret ?? null, uraToken: uraToken ?? null },
      version: row.version,
      test: toTest(row),
    };
  }

  async save(
    version: number,
    changes: { readonly plain: PlainSettings; readonly sealed: SealedSecrets; readonly test: TestRecord | null },
    note: AuditNote,
  ): Promise<void> {
    const { platform, ...fields } = changes.plain;
    const { test } = changes;
    await this.#db.write(async (transaction) => {
      await updateVersioned(
        this.#model,
        { id: ROW_ID, version },
        {
          platform,
          fields: JSON.stringify(fields),
          secrets: secretsToJson(changes.sealed),
          testedAt: test?.at ?? null,
          testResult:
            test === null
              ? null
              : JSON.stringify({ fingerprint: test.fingerprint, isUsable: test.isUsable, failed: test.failed }),
        },
        transaction,
      );
      await this.#audit.write(transaction, note);
    });
  }

  async saveSecrets(version: number, sealed: SealedSecrets, note: AuditNote): Promise<void> {
    await this.#db.write(async (transaction) => {
      const secrets = secretsToJson(sealed);
      await updateVersioned(this.#model, { id: ROW_ID, version }, { secrets }, transaction);
      await this.#audit.write(transaction, note);
    });
  }

  note(note: AuditNote): Promise<void> {
    return this.#db.write((transaction) => this.#audit.write(transaction, note));
  }
}

function secretsToJson(sealed: SealedSecrets): string {
  return JSON.stringify(Object.fromEntries(Object.entries(sealed).filter(([, value]) => value !== null)));
}

function toTest({ testedAt, testResult }: IntegrationRow): TestRecord | null {
  if (testedAt === null || testResult === null) return null;
  return { ...testSchema.parse(JSON.parse(testResult)), at: testedAt };
}
