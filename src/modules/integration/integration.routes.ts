import { DateTime } from 'luxon';
import { Router, type Request, type Response } from 'express';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { submitForm, theirsOf, type FieldErrors, type FormValues } from '../../platform/http/form.js';
import { requirePermission } from '../../platform/http/guards.js';
import { localsOf, translateOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { type Translate } from '../../shared/i18n/messages.js';
import { type AuditTrail } from '../audit/index.js';
import { type TestStep } from '../telephony/connection-test.domain.js';
import { type TelephonyStatus } from '../telephony/telephony.port.js';
import {
  fieldsOf,
  labelsOf,
  objectionsInWords,
  textOf,
  toResultView,
  toStepView,
  typedFields,
  type PageFields,
  type ResultView,
  type StepView,
} from './integration-page.domain.js';
import { integrationForm, tokenForm, type IntegrationForm } from './integration.schema.js';
import { type Integration, type LoadedIntegration } from './integration.service.js';
import {
  SECRET_NAMES,
  type IntegrationSettings,
  type Objections,
  type SecretName,
  type SecretSettings,
} from './integration-settings.domain.js';
import { type SecretDrafts } from './secret-drafts.js';

const PAGE = '/admin/settings/integration';
const STREAM = 'application/x-ndjson';

/** What a page says of a secret instead of showing it. */
type SecretState = 'set' | 'typed' | 'unreadable' | 'empty';

declare module '../../platform/http/pages.js' {
  interface Pages {
    'integration/index': {
      readonly fields: PageFields;
      readonly secrets: Readonly<Record<SecretName, SecretState>>;
      readonly version: number;
      readonly draft: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly errors: FieldErrors;
      readonly theirs: Readonly<Record<string, string>>;
      readonly overtaken: { readonly name: string | null; readonly time: string | null } | null;
      readonly steps: readonly StepView[];
      readonly result: ResultView | null;
      readonly link: { readonly isUp: boolean; readonly text: string } | null;
      /** How the saved settings were tested. */
      readonly tested: string;
      readonly hasUraToken: boolean;
      /** Just made, and never shown again. */
      readonly uraToken: string | null;
    };
    'integration/confirm': {
      readonly fields: PageFields;
      readonly version: number;
      readonly draft: string;
      readonly objections: readonly string[];
      readonly confirmTest: boolean;
      readonly confirmCalls: number;
    };
  }
}

export interface IntegrationRouterDeps {
  readonly integration: Integration;
  readonly drafts: SecretDrafts;
  readonly audit: AuditTrail;
  /** Of the exchange in use; null without telephony. */
  readonly link: () => TelephonyStatus | null;
  readonly timeZone: string;
}

interface Drawing {
  readonly status?: number;
  readonly values: FormValues;
  readonly errors?: FieldErrors;
  readonly stale?: boolean;
  readonly steps?: readonly TestStep[];
}

/** "Configurações de integração com o UNITY". */
export function createIntegrationRouter(deps: IntegrationRouterDeps): Router {
  const { integration, drafts } = deps;
  const router = Router();
  router.use(requirePermission('general-settings'));

  const draw = async (req: Request, res: Response, drawing: Drawing | null): Promise<void> => {
    const loaded = await integration.load();
    const typed = drawing === null ? null : secretsOf(drafts, req, drawing.values);
    const draft = typed === null ? '' : await drafts.keep(req, typed);
    const overtaken = drawing?.stale === true ? await overtakenBy(deps) : null;
    renderPage(
      res,
      'integration/index',
      {
        ...pageOf(deps, loaded, translateOf(res)),
        ...typedOf(drawing, loaded, translateOf(res)),
        secrets: secretStates(loaded, typed),
        draft,
        overtaken,
        uraToken: drawing === null ? drafts.takeToken(req) : null,
      },
      drawing?.status ?? 200,
    );
  };

  router.get('/', (req, res) => draw(req, res, null));

  router.post('/', async (req, res) => {
    const submitted = await submitForm(res, integrationForm, req.body, async (form) => {
      const { settings, secrets } = await completed(deps, req, form);
      const outcome = await integration.save(actorOf(req), settings, form.version, form.confirmed);
      return { form, secrets, outcome };
    });
    if (!submitted.ok) {
      await draw(req, res, submitted);
      return;
    }
    const { form, secrets, outcome } = submitted.value;
    if (outcome.saved) {
      drafts.drop(req);
      await flash(req, 'success', 'integration:saved');
      res.redirect(303, PAGE);
      return;
    }
    const draft = await drafts.keep(req, secrets);
    renderPage(res, 'integration/confirm', confirmOf(req, res, form, outcome.objections, draft), 409);
  });

  /** Back from the confirmation, to change something: as it was typed. */
  router.post('/edit', (req, res) => draw(req, res, { values: (req.body ?? {}) as FormValues }));

  router.post('/test', async (req, res) => {
    const asStream = req.accepts(['html', STREAM]) === STREAM;
    const gone = goneSignal(res);
    try {
      const submitted = await submitForm(res, integrationForm, req.body, async (form) => {
        const { settings } = await completed(deps, req, form);
        const tell = asStream ? writeStep(res) : ignore;
        return integration.test(actorOf(req), settings, tell, gone);
      });
      if (asStream) endStream(res, submitted);
      else if (submitted.ok) await draw(req, res, { values: req.body as FormValues, steps: submitted.value });
      else await draw(req, res, submitted);
    } catch (error) {
      // Nobody is there any more who could be told.
      if (gone.aborted) return;
      if (!res.headersSent) throw error;
      writeLine(res, { type: 'broken', text: translateOf(res)('integration:test-broken') });
      res.end();
    }
  });

  router.post('/ura-token', async (req, res) => {
    const submitted = await submitForm(res, tokenForm, req.body, ({ version }) =>
      integration.createUraToken(actorOf(req), version),
    );
    if (!submitted.ok) {
      const values = fieldsOf((await integration.load()).settings);
      await draw(req, res, { ...submitted, values });
      return;
    }
    await drafts.keepToken(req, submitted.value);
    res.redirect(303, `${PAGE}#ura-token`);
  });
  return router;
}

function ignore(): void {
  // Without a script the page comes when all is done.
}

async function completed(
  { integration, drafts }: IntegrationRouterDeps,
  req: Request,
  { draft, typed }: IntegrationForm,
): Promise<{ readonly settings: IntegrationSettings; readonly secrets: SecretSettings }> {
  const secrets = drafts.merge(req, draft, typed.secrets);
  return { settings: await integration.complete({ ...typed, secrets }), secrets };
}

/** Of a form that may be wrong in other places. */
function secretsOf(drafts: SecretDrafts, req: Request, values: FormValues): SecretSettings {
  const typed = { secret: textOf(values['secret']), turnSecret: textOf(values['turnSecret']) };
  return drafts.merge(req, textOf(values['draft']), typed);
}

function secretStates(loaded: LoadedIntegration, typed: SecretSettings | null): Record<SecretName, SecretState> {
  const stateOf = (name: SecretName): SecretState => {
    if (typed !== null && typed[name] !== '') return 'typed';
    if (loaded.unreadable.includes(name)) return 'unreadable';
    return loaded.isSet[name] ? 'set' : 'empty';
  };
  return Object.fromEntries(SECRET_NAMES.map((name) => [name, stateOf(name)])) as Record<SecretName, SecretState>;
}

/** What is the same whatever was typed. */
function pageOf(
  { link, timeZone }: IntegrationRouterDeps,
  { settings, test, isSet }: LoadedIntegration,
  t: Translate,
): Pick<Page, 'labels' | 'link' | 'tested' | 'hasUraToken'> {
  const status = link();
  const when = (at: Date | number): string =>
    DateTime.fromMillis(Number(at), { zone: timeZone }).toFormat('dd/MM/yyyy HH:mm');
  const platform = t(`integration:platform-${settings.platform}`);
  const text = (up: boolean, since: number): string =>
    t(up ? 'integration:link-up' : 'integration:link-down', { platform, since: when(since) });
  const tested =
    test === null
      ? t('integration:never-tested')
      : t(test.isUsable ? 'integration:tested-well' : 'integration:tested-badly', { when: when(test.at.getTime()) });
  return {
    labels: labelsOf(t),
    link: status === null ? null : { isUp: status.connected, text: text(status.connected, status.since) },
    tested,
    hasUraToken: isSet.uraToken,
  };
}

type Page = Parameters<typeof renderPage<'integration/index'>>[2];

function typedOf(
  drawing: Drawing | null,
  { settings, version }: LoadedIntegration,
  t: Translate,
): Pick<Page, 'fields' | 'version' | 'errors' | 'theirs' | 'steps' | 'result'> {
  const current = fieldsOf(settings);
  if (drawing === null) return { fields: current, version, errors: {}, theirs: {}, steps: [], result: null };
  const fields = typedFields(drawing.values);
  const { stale = false, errors = {}, steps } = drawing;
  const seen = Number(textOf(drawing.values['version']) || version);
  const differing = theirsOf(current, fields);
  const theirs =
    'platform' in differing ? { ...differing, platform: t(`integration:platform-${settings.platform}`) } : differing;
  return {
    fields,
    // Only who has been shown the newer values may write over them.
    version: stale || !Number.isInteger(seen) ? version : seen,
    errors,
    theirs: stale ? theirs : {},
    steps: (steps ?? []).map((step) => toStepView(step, t)),
    result: steps === undefined ? null : toResultView(steps, t),
  };
}

async function overtakenBy({ audit, timeZone }: IntegrationRouterDeps): Promise<NonNullable<Page['overtaken']>> {
  const last = await audit.last('integration', null);
  if (last === null) return { name: null, time: null };
  return { name: last.actor.name, time: DateTime.fromJSDate(last.at, { zone: timeZone }).toFormat('HH:mm') };
}

function confirmOf(
  req: Request,
  res: Response,
  { version }: IntegrationForm,
  objections: Objections,
  draft: string,
): Parameters<typeof renderPage<'integration/confirm'>>[2] {
  const { t } = localsOf(res);
  return {
    fields: typedFields(req.body as FormValues),
    version,
    draft,
    objections: objectionsInWords(objections, t),
    confirmTest: objections.test !== null,
    confirmCalls: objections.calls,
  };
}

/** Raised when the page is closed before it has its answer. */
function goneSignal(res: Response): AbortSignal {
  const gone = new AbortController();
  res.on('close', () => {
    if (!res.writableFinished) gone.abort();
  });
  return gone.signal;
}

function writeStep(res: Response): (step: TestStep) => void {
  const t = translateOf(res);
  return (step) => {
    writeLine(res, { type: 'step', step: toStepView(step, t) });
  };
}

function writeLine(res: Response, line: object): void {
  // A proxy that collects answers would have the steps come all at once.
  if (!res.headersSent) res.status(200).type(STREAM).set('X-Accel-Buffering', 'no');
  res.write(`${JSON.stringify(line)}\n`);
}

function endStream(res: Response, submitted: Awaited<ReturnType<typeof submitForm<never, readonly TestStep[]>>>): void {
  if (!submitted.ok) {
    res.status(submitted.status).json({ errors: submitted.errors });
    return;
  }
  writeLine(res, { type: 'result', result: toResultView(submitted.value, translateOf(res)) });
  res.end();
}
