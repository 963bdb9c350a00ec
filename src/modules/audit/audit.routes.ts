import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify, type Options } from 'csv-stringify/sync';
import { Router, type Response } from 'express';
import { actorOf } from '../../platform/http/actor.js';
import { toFieldErrors, type FieldErrors } from '../../platform/http/form.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { localsOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { type Permission } from '../../shared/permissions.js';
import { AUDIT_ACTIONS, AUDIT_SUBJECTS, type AuditEntry, type AuditFields, type AuditPerson } from './audit.domain.js';
import { fileHeader, fileLines } from './audit-file.domain.js';
import { placeOf } from './audit-places.domain.js';
import { auditQuery, type AuditQuery } from './audit.schema.js';
import { AUDIT_EXPORT_LIMIT, AUDIT_PAGE_SIZE, type AuditTrail } from './audit.service.js';
import { fieldsOf, whatOf, whenOf, type AuditFieldLine, type AuditWords } from './audit-words.domain.js';

/** What the filter's fields hold: as typed. */
interface AuditFilterValues {
  readonly q: string;
  readonly subject: string;
  readonly id: string;
  readonly action: string;
  readonly person: string;
  readonly from: string;
  readonly until: string;
}

interface ShownAuditEntry {
  readonly id: number;
  readonly when: string;
  readonly who: string;
  /** Null for the system. */
  readonly address: string | null;
  readonly what: string;
  readonly name: string;
  /** The record's own page; null where there is none. */
  readonly href: string | null;
  /** All entries about this record; null when it is they that are shown. */
  readonly history: string | null;
  readonly fields: readonly AuditFieldLine[];
}

interface Option {
  readonly value: string;
  readonly label: string;
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'audit/index': {
      readonly entries: readonly ShownAuditEntry[];
      readonly total: number;
      readonly page: number;
      readonly pageCount: number;
      readonly values: AuditFilterValues;
      readonly errors: FieldErrors;
      readonly subjects: readonly Option[];
      readonly actions: readonly Option[];
      readonly people: readonly Option[];
      readonly timeZone: string;
      readonly exportLimit: number;
    };
  }
}

export interface AuditRouterDeps {
  readonly audit: AuditTrail;
  /** The operation's zone: days of the filter and times shown are its. */
  readonly timeZone: string;
  readonly now: () => Date;
  readonly logError: (error: unknown, context: object) => void;
}

/** "Auditoria": `GET /` the trail, `POST /export` what was found as a file. To be mounted at `/admin/audit`. */
export function createAuditRouter(deps: AuditRouterDeps): Router {
  const { audit, timeZone } = deps;
  const router = Router();
  const query = auditQuery(timeZone);
  const wordsOf = (res: Response): AuditWords => {
    const { t, locale } = localsOf(res);
    return { t, locale, timeZone };
  };

  /** What the page holds whatever was asked for. */
  const common = async (
    words: AuditWords,
    asked: unknown,
  ): Promise<Omit<Page, 'entries' | 'total' | 'page' | 'pageCount' | 'errors'>> => ({
    values: asTyped(asked),
    subjects: AUDIT_SUBJECTS.map((value) => ({ value, label: words.t(`audit:subject.${value}`) })),
    actions: AUDIT_ACTIONS.map((value) => ({ value, label: words.t(`audit:action-name.${value}`) })),
    people: (await audit.people()).map(({ userId, name }) => ({ value: String(userId), label: name })),
    timeZone,
    exportLimit: AUDIT_EXPORT_LIMIT,
  });

  const refuse = async (res: Response, asked: unknown, error: Parameters<typeof toFieldErrors>[0]): Promise<void> => {
    const words = wordsOf(res);
    const errors = toFieldErrors(error, words.t);
    renderPage(
      res,
      'audit/index',
      { ...(await common(words, asked)), entries: [], total: 0, page: 1, pageCount: 1, errors },
      422,
    );
  };

  router.get('/', requirePermission('audit.list'), async (req, res) => {
    const parsed = query.safeParse(req.query);
    if (!parsed.success) {
      await refuse(res, req.query, parsed.error);
      return;
    }
    const { search, page } = parsed.data;
    const words = wordsOf(res);
    const { entries, total } = await audit.list(search, page);
    const exists = await audit.existing(entries);
    const { permissions } = requireViewer(req);
    renderPage(res, 'audit/index', {
      ...(await common(words, req.query)),
      entries: entries.map((entry) => toShown(entry, { words, permissions, exists: exists(entry), search })),
      total,
      page,
      pageCount: Math.max(1, Math.ceil(total / AUDIT_PAGE_SIZE)),
      errors: {},
    });
  });

  router.post('/export', requirePermission('audit.list'), async (req, res) => {
    const parsed = query.safeParse(req.body);
    if (!parsed.success) {
      await refuse(res, req.body, parsed.error);
      return;
    }
    const words = wordsOf(res);
    const portions = await audit.export(parsed.data.search, {
      actor: actorOf(req),
      subjectName: words.t('administration:audit'),
      filter: filterOf(asTyped(req.body), await audit.people()),
    });
    const day = deps.now().toLocaleDateString('sv', { timeZone });
    res.attachment(`${words.t('audit:file-name')}-${day}.csv`).type('text/csv; charset=utf-8');
    try {
      await pipeline(Readable.from(linesOf(portions, words)), res);
    } catch (error) {
      // The header is out: only the broken connection tells that the file is not whole. The browser may also have left.
      if (!isGoneAway(error)) deps.logError(error, { at: 'export of the audit trail' });
    }
  });

  return router;
}

type Page = Parameters<typeof renderPage<'audit/index'>>[2];

/** The file, portion by portion. */
async function* linesOf(portions: AsyncGenerator<readonly AuditEntry[]>, words: AuditWords): AsyncGenerator<string> {
  const options: Options = {
    // What spreadsheets of the language expect: where the comma stands in numbers, it does not separate.
    delimiter: words.locale === 'pt-BR' ? ';' : ',',
    record_delimiter: 'windows',
    // A cell that begins as a formula would be one when the file is opened.
    escape_formulas: true,
  };
  yield stringify([[...fileHeader(words)]], { ...options, bom: true });
  for await (const entries of portions) {
    const lines = entries.flatMap((entry) => fileLines(entry, words)).map((line) => [...line]);
    yield stringify(lines, options);
  }
}

function isGoneAway(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function toShown(
  entry: AuditEntry,
  {
    words,
    permissions,
    exists,
    search,
  }: {
    readonly words: AuditWords;
    readonly permissions: ReadonlySet<Permission>;
    readonly exists: boolean;
    readonly search: AuditQuery['search'];
  },
): ShownAuditEntry {
  const { id, at, actor, subject, subjectId, subjectName } = entry;
  const isHistory = search.subject === subject && search.subjectId === subjectId;
  return {
    id,
    when: whenOf(at, words),
    who: actor.name,
    address: actor.address,
    what: whatOf(entry, words),
    // There is one of it, and its name is the screen's in whatever language.
    name: subject === 'integration' ? words.t('common:menu-integration') : subjectName,
    href: exists ? placeOf(entry, permissions) : null,
    history:
      subjectId === null || isHistory
        ? null
        : `/admin/audit?${String(new URLSearchParams({ subject, id: subjectId }))}`,
    fields: fieldsOf(entry, words),
  };
}

function asTyped(fields: unknown): AuditFilterValues {
  const source = (fields ?? {}) as Readonly<Record<string, unknown>>;
  const read = (name: string): string => {
    const value = source[name];
    return typeof value === 'string' ? value.slice(0, 60) : '';
  };
  return {
    q: read('q'),
    subject: read('subject'),
    id: read('id'),
    action: read('action'),
    person: read('person'),
    from: read('from'),
    until: read('until'),
  };
}

/** What was searched for, for the export's own entry: only what was filled in. */
function filterOf({ q, person, id, ...rest }: AuditFilterValues, people: readonly AuditPerson[]): AuditFields {
  const name = people.find(({ userId }) => String(userId) === person)?.name ?? person;
  const fields = { searchText: q, subjectId: id, person: name, ...rest };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}
