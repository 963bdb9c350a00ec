import { type ZodType } from 'zod';
import { type FormValues } from '../../platform/http/form.js';
import { type MessageKey, type Translate } from '../../shared/i18n/messages.js';
import { type Actor, type AuditSubject } from '../audit/index.js';
import { type Entry, type SectionName } from './exchange-admin.domain.js';
import { type DirectorySection } from './exchange-admin.port.js';
import { type ExchangeAdmin } from './exchange-admin.service.js';
import {
  nameForm,
  newNameForm,
  newPromptForm,
  newQueueForm,
  newUserForm,
  queueForm,
  STRATEGIES,
  userForm,
} from './exchange-admin.schema.js';

interface Option {
  readonly value: string;
  readonly label: string;
}

/** One field of a form, as the view draws it. */
export interface PageField {
  readonly kind: 'text' | 'number' | 'password' | 'select' | 'ticks';
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  readonly help?: string;
  readonly maxlength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly options?: readonly Option[];
  /** Said in place of `ticks` without options. */
  readonly none?: string;
}

/** What one tab shows and does. */
export interface SectionPages {
  readonly name: SectionName;
  readonly subject: AuditSubject;
  readonly section: Pick<DirectorySection<Entry, never>, 'list' | 'find' | 'all'>;
  readonly columns: readonly MessageKey[];
  toCells(entry: Entry, t: Translate): readonly string[];
  /** Of records with a recording: what it is, in words. */
  describeAudio?(entry: Entry, t: Translate): string;
  fields(t: Translate, isNew: boolean): Promise<readonly PageField[]>;
  toFormValues(entry: Entry): FormValues;
  /** Parses to what `create` and `save` take. */
  readonly newForm: ZodType;
  readonly form: ZodType;
  create(form: unknown, actor: Actor): Promise<void>;
  save(id: number, form: unknown, actor: Actor): Promise<void>;
  remove(ids: readonly number[], actor: Actor): Promise<void>;
}

/** A tab whose parts agree on their types; to the router they are all alike. */
interface TypedPages<E extends Entry, New, Form> extends Omit<
  SectionPages,
  'section' | 'toCells' | 'describeAudio' | 'toFormValues' | 'newForm' | 'form' | 'create' | 'save'
> {
  readonly section: Pick<DirectorySection<E, never>, 'list' | 'find' | 'all'>;
  readonly toCells: (entry: E, t: Translate) => readonly string[];
  describeAudio?(entry: E, t: Translate): string;
  readonly toFormValues: (entry: E) => FormValues;
  readonly newForm: ZodType<New>;
  readonly form: ZodType<Form>;
  readonly create: (form: New, actor: Actor) => Promise<void>;
  readonly save: (id: number, form: Form, actor: Actor) => Promise<void>;
}

function pages<E extends Entry, New, Form>(typed: TypedPages<E, New, Form>): SectionPages {
  return typed;
}

export function createSectionPages(
  admin: ExchangeAdmin,
  hash: (password: string) => Promise<string>,
): readonly SectionPages[] {
  return [
    usersOf(admin, hash),
    queuesOf(admin),
    namesOf(admin, 'localities'),
    namesOf(admin, 'pause-reasons'),
    promptsOf(admin),
  ];
}

function usersOf(admin: ExchangeAdmin, hash: (password: string) => Promise<string>): SectionPages {
  const { users, queues, localities } = admin.sections;
  return pages({
    name: 'users',
    subject: 'exchange-user',
    section: users,
    columns: ['exchange-admin:login', 'exchange-admin:extension', 'exchange-admin:locality', 'exchange-admin:queues'],
    toCells: ({ login, extension, locality, queueIds }) => [login, extension, locality, String(queueIds.length)],
    async fields(t, isNew) {
      const places = (await localities.all()).map(({ name }) => ({ value: name, label: name }));
      return [
        text('login', t('exchange-admin:login'), 60, t('exchange-admin:login-help')),
        text('name', t('exchange-admin:name'), 120),
        {
          ...select('locality', t('exchange-admin:locality')),
          options: [{ value: '', label: t('exchange-admin:choose-locality') }, ...places],
        },
        text('extension', t('exchange-admin:extension'), 20, t('exchange-admin:extension-help')),
        {
          kind: 'password',
          name: 'password',
          label: t(isNew ? 'exchange-admin:password' : 'exchange-admin:password-new'),
          required: isNew,
          help: t(isNew ? 'exchange-admin:password-help' : 'exchange-admin:password-new-help'),
        },
        {
          kind: 'ticks',
          name: 'queueIds',
          label: t('exchange-admin:queues'),
          required: false,
          none: t('exchange-admin:no-queues'),
          options: (await queues.all()).map(({ id, name, number }) => toOption(id, `${name} (${number})`)),
        },
      ];
    },
    toFormValues: ({ login, name, locality, extension, queueIds }) => {
      return { login, name, locality, extension, password: '', queueIds: queueIds.map(String) };
    },
    newForm: newUserForm,
    form: userForm,
    async create({ password, ...fields }, actor) {
      await admin.createUser({ ...fields, passwordHash: await hash(password) }, actor);
    },
    async save(id, { password, version, ...fields }, actor) {
      const passwordHash = password === null ? null : await hash(password);
      await admin.saveUser({ id, version }, { ...fields, passwordHash }, actor);
    },
    remove: (ids, actor) => admin.removeUsers(ids, actor),
  });
}

function queuesOf(admin: ExchangeAdmin): SectionPages {
  const { users, queues, prompts } = admin.sections;
  return pages({
    name: 'queues',
    subject: 'exchange-queue',
    section: queues,
    columns: [
      'exchange-admin:number',
      'exchange-admin:strategy',
      'exchange-admin:max-wait-seconds',
      'exchange-admin:members',
    ],
    toCells: ({ number, strategy, maxWaitSeconds, memberIds }, t) => [
      number,
      t(`queues:strategy-${strategy}`),
      t('exchange-admin:seconds', { count: maxWaitSeconds }),
      String(memberIds.length),
    ],
    async fields(t) {
      return [
        text('name', t('exchange-admin:name'), 60),
        text('number', t('exchange-admin:number'), 20, t('exchange-admin:number-help')),
        {
          ...select('strategy', t('exchange-admin:strategy')),
          options: STRATEGIES.map((value) => ({ value, label: t(`queues:strategy-${value}`) })),
        },
        seconds('ringSeconds', t('exchange-admin:ring-seconds'), [5, 120], t('exchange-admin:ring-seconds-help')),
        seconds(
          'maxWaitSeconds',
          t('exchange-admin:max-wait-seconds'),
          [10, 7200],
          t('exchange-admin:max-wait-seconds-help'),
        ),
        {
          ...select('promptId', t('exchange-admin:prompt')),
          required: false,
          help: t('exchange-admin:prompt-help'),
          options: [
            { value: '', label: t('exchange-admin:no-prompt') },
            ...(await prompts.all()).map(({ id, name }) => toOption(id, name)),
          ],
        },
        {
          kind: 'ticks',
          name: 'memberIds',
          label: t('exchange-admin:members'),
          required: false,
          none: t('exchange-admin:no-members'),
          options: (await users.all()).map(({ id, name, extension }) => toOption(id, `${name} (${extension})`)),
        },
      ];
    },
    toFormValues: ({ name, number, strategy, ringSeconds, maxWaitSeconds, promptId, memberIds }) => {
      const members = memberIds.map(String);
      return { name, number, strategy, ringSeconds, maxWaitSeconds, promptId: promptId ?? '', memberIds: members };
    },
    newForm: newQueueForm,
    form: queueForm,
    create: (fields, actor) => admin.createQueue(fields, actor),
    save: (id, { version, ...fields }, actor) => admin.saveQueue({ id, version }, fields, actor),
    remove: (ids, actor) => admin.removeQueues(ids, actor),
  });
}

function namesOf(admin: ExchangeAdmin, name: 'localities' | 'pause-reasons'): SectionPages {
  const section = name === 'localities' ? 'localities' : 'pauseReasons';
  return pages({
    name,
    subject: name === 'localities' ? 'exchange-locality' : 'exchange-pause-reason',
    section: admin.sections[section],
    columns: name === 'localities' ? ['exchange-admin:users'] : [],
    toCells: (entry) => ('userCount' in entry ? [String(entry.userCount)] : []),
    fields: (t) => Promise.resolve([text('name', t('exchange-admin:name'), 60, t(`exchange-admin:name-help-${name}`))]),
    toFormValues: (entry) => ({ name: entry.name }),
    newForm: newNameForm,
    form: nameForm,
    create: (fields, actor) => admin.createNamed(section, fields, actor),
    save: (id, { version, ...fields }, actor) => admin.saveNamed(section, { id, version }, fields, actor),
    remove: (ids, actor) => admin.removeNamed(section, ids, actor),
  });
}

function promptsOf(admin: ExchangeAdmin): SectionPages {
  const { prompts } = admin.sections;
  return pages({
    name: 'prompts',
    subject: 'exchange-prompt',
    section: prompts,
    columns: [
      'exchange-admin:audio-kind',
      'exchange-admin:audio-size',
      'exchange-admin:audio-length',
      'exchange-admin:used-by',
    ],
    toCells: (prompt, t) => [
      t(`exchange-admin:kind-${prompt.contentType}`),
      sizeOf(prompt, t),
      prompt.seconds === null ? '–' : t('exchange-admin:seconds', { count: prompt.seconds }),
      prompt.queueNames.length === 0 ? '–' : prompt.queueNames.join(', '),
    ],
    describeAudio: (prompt, t) => `${t(`exchange-admin:kind-${prompt.contentType}`)}, ${sizeOf(prompt, t)}`,
    fields: (t) => Promise.resolve([text('name', t('exchange-admin:name'), 60)]),
    toFormValues: ({ name }) => ({ name }),
    newForm: newPromptForm,
    form: nameForm,
    // Its form lets nothing through: a new one comes by the routes that take files.
    create: ({ file }) => Promise.resolve(file),
    save: (id, { version, ...fields }, actor) => admin.renamePrompt({ id, version }, fields, actor),
    remove: (ids, actor) => admin.removePrompts(ids, actor),
  });
}

function sizeOf({ size }: { readonly size: number }, t: Translate): string {
  return t('exchange-admin:kilobytes', { count: Math.ceil(size / 1024) });
}

function text(name: string, label: string, maxlength: number, help?: string): PageField {
  return { kind: 'text', name, label, required: true, maxlength, ...(help === undefined ? {} : { help }) };
}

function select(name: string, label: string): PageField {
  return { kind: 'select', name, label, required: true };
}

function seconds(name: string, label: string, [min, max]: readonly [number, number], help: string): PageField {
  return { kind: 'number', name, label, required: true, min, max, help };
}

function toOption(id: number, label: string): Option {
  return { value: String(id), label };
}
