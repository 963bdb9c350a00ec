import assert from 'node:assert/strict';
import { type Request, type Response } from 'express';
import { z } from 'zod';
import { DomainError, StaleError } from '../../src/platform/errors.js';
import {
  idList,
  idOf,
  optionalText,
  requiredText,
  tickBox,
  versionField,
  wholeNumber,
} from '../../src/platform/http/form-fields.js';
import { submitForm, theirsOf, toFieldErrors, type SubmittedForm } from '../../src/platform/http/form.js';
import { createTranslator } from '../../src/platform/i18n/translator.js';
import { type MessageKey } from '../../src/shared/i18n/messages.js';

const t = createTranslator()('pt-BR');
/** All that a form asks of a response. */
const res = { locals: { t } } as unknown as Response;

const schema = z.object({ name: requiredText(10), seconds: wholeNumber(5, 600) });
type Form = z.infer<typeof schema>;

async function submit(body: unknown, act: (form: Form) => unknown = (form) => form): Promise<SubmittedForm<unknown>> {
  return submitForm(res, schema, body, (form) => Promise.resolve(act(form)));
}

function refusing(error: Error): () => never {
  return () => {
    throw error;
  };
}

describe('a posted form', () => {
  const good = { name: ' Suporte ', seconds: '20' };

  it('that parses is acted on, once, with what was understood', async () => {
    const acted: Form[] = [];
    const result = await submit(good, (form) => {
      acted.push(form);
      return 7;
    });
    assert.deepEqual(result, { ok: true, value: 7 });
    assert.deepEqual(acted, [{ name: 'Suporte', seconds: 20 }]);
  });

  it('that does not parse is not acted on, says what is wrong at each field, and keeps what was typed', async () => {
    const body = { name: 'x'.repeat(11), seconds: '4', extra: ['a'] };
    const result = await submit(body, () => assert.fail('acted'));
    assert.deepEqual(result, {
      ok: false,
      status: 422,
      errors: { name: ['Use no máximo 10 caracteres.'], seconds: ['Digite um número de 5 a 600.'] },
      values: body,
      stale: false,
    });
  });

  for (const [what, body] of [
    ['nothing', undefined],
    ['no fields', {}],
    ['fields twice', { name: ['a', 'b'], seconds: ['1', '2'] }],
  ] as const) {
    it(`with ${what} asks for what is required`, async () => {
      const result = await submit(body);
      assert.ok(!result.ok && result.status === 422);
      assert.deepEqual(result.errors, { name: ['Preencha este campo.'], seconds: ['Preencha este campo.'] });
      assert.deepEqual(result.values, body ?? {});
    });
  }

  it('that the service refuses at a field says so there', async () => {
    const result = await submit(good, refusing(new DomainError('conflict', 'errors:name-taken', { field: 'name' })));
    assert.ok(!result.ok);
    assert.deepEqual(
      [result.status, result.errors, result.values],
      [422, { name: ['Já existe um cadastro com este valor.'] }, good],
    );
  });

  it('that the service refuses as a whole says so at its top: 409 for a conflict, 422 for what is invalid', async () => {
    for (const [code, status] of [
      ['conflict', 409],
      ['invalid', 422],
    ] as const) {
      const error = new DomainError(code, 'errors:field-too-long', { params: { maximum: 3 } });
      const result = await submit(good, refusing(error));
      assert.ok(!result.ok);
      assert.deepEqual([result.status, result.errors], [status, { '': ['Use no máximo 3 caracteres.'] }]);
      assert.equal(result.stale, false);
    }
  });

  it('that was overtaken is told apart, without errors of its own', async () => {
    const result = await submit(good, refusing(new StaleError()));
    assert.deepEqual(result, { ok: false, status: 409, errors: {}, values: good, stale: true });
  });

  for (const error of [
    new DomainError('not-found', 'errors:no-such-record'),
    new DomainError('forbidden', 'errors:forbidden'),
    new DomainError('unavailable', 'errors:internal'),
    new TypeError('a defect'),
  ]) {
    it(`throws on what nobody can correct in it: ${error instanceof DomainError ? error.code : error.message}`, async () => {
      await assert.rejects(submit(good, refusing(error)), (thrown) => thrown === error);
    });
  }
});

describe('messages of a schema', () => {
  const errorsOf = (type: z.ZodType, value: unknown): unknown => {
    const parsed = z.object({ field: type }).safeParse({ field: value });
    return parsed.success ? null : toFieldErrors(parsed.error, t);
  };

  it('are sentences, and zod’s own English is never shown', () => {
    assert.deepEqual(errorsOf(z.number(), 'x'), { field: ['Este valor não é válido.'] });
    const own = z.string().refine(() => false, 'errors:field-required' satisfies MessageKey);
    assert.deepEqual(errorsOf(own, 'x'), { field: ['Preencha este campo.'] });
  });

  it('name a field inside another by its path, and gather those of one field', () => {
    const nested = z.object({ to: requiredText(2) });
    assert.deepEqual(errorsOf(nested, { to: 'abc' }), { 'field.to': ['Use no máximo 2 caracteres.'] });
    const both = z.string().min(2, 'errors:field-required').regex(/x/, 'errors:field-invalid');
    assert.deepEqual(errorsOf(both, 'a'), { field: ['Preencha este campo.', 'Este valor não é válido.'] });
  });
});

describe('what a form that was overtaken shows', () => {
  it('is every field that differs now, as it is now', () => {
    assert.deepEqual(theirsOf({ name: 'Novo', seconds: 20, note: 'x' }, { name: 'Meu', seconds: '20', note: 'x' }), {
      name: 'Novo',
    });
  });

  it('is nothing where both saved the same', () => {
    assert.deepEqual(theirsOf({ name: 'a', isActive: true }, { name: 'a', isActive: 'on', version: '3' }), {});
  });

  it('is an empty text where there is nothing now', () => {
    assert.deepEqual(theirsOf({ note: null, isActive: false }, { note: 'x', isActive: 'on' }), {
      note: '',
      isActive: '',
    });
    assert.deepEqual(theirsOf({ note: null, isActive: false, list: [] }, { note: '' }), {});
  });

  it('knows a ticked box and a list by what a browser would post', () => {
    assert.deepEqual(theirsOf({ isActive: true, queues: [1, 2] }, { queues: ['1', '3'] }), {
      isActive: 'on',
      queues: '1, 2',
    });
    assert.deepEqual(theirsOf({ queues: [1, 2] }, { queues: ['1', '2'] }), {});
  });
});

describe('fields of forms', () => {
  /** What a field is read as; an error's message where it is refused. */
  const read = (type: z.ZodType, value: unknown): unknown => {
    const parsed = type.safeParse(value);
    return parsed.success ? parsed.data : parsed.error.issues[0]?.message;
  };

  for (const [name, type, cases] of [
    [
      'a required text',
      requiredText(3),
      [
        [' a  ', 'a'],
        ['a b', 'a b'],
        ['', 'errors:field-required'],
        ['   ', 'errors:field-required'],
        [undefined, 'errors:field-required'],
        ['abcd', 'errors:field-too-long'],
        [' abc ', 'abc'],
      ],
    ],
    [
      'an optional text',
      optionalText(3),
      [
        [' a ', 'a'],
        ['', null],
        ['  ', null],
        [undefined, null],
        ['abcd', 'errors:field-too-long'],
      ],
    ],
    [
      'a whole number',
      wholeNumber(0, 10),
      [
        ['0', 0],
        [' 10 ', 10],
        ['11', 'errors:field-number'],
        ['-1', 'errors:field-number'],
        ['1.5', 'errors:field-number'],
        ['dez', 'errors:field-number'],
        ['Infinity', 'errors:field-number'],
        ['', 'errors:field-required'],
        [undefined, 'errors:field-required'],
      ],
    ],
    [
      'a tick box',
      tickBox,
      [
        ['on', true],
        [undefined, false],
      ],
    ],
    [
      'a version',
      versionField,
      [
        ['0', 0],
        ['41', 41],
        ['2147483647', 2_147_483_647],
      ],
    ],
    [
      'a list of ids',
      idList,
      [
        [undefined, []],
        ['7', [7]],
        [
          ['2', '1', '2'],
          [2, 1],
        ],
        [['0', '-1', '1.5', 'x', '', '2147483648', '2147483647'], [2_147_483_647]],
      ],
    ],
  ] as const) {
    it(`${name} is read as it was meant`, () => {
      for (const [typed, meant] of cases) assert.deepEqual(read(type, typed), meant, JSON.stringify(typed));
    });
  }

  it('refuse a version that is none', () => {
    for (const typed of ['-1', '1.5', 'x', undefined, '2147483648']) assert.ok(!versionField.safeParse(typed).success);
  });
});

describe('the id in a path', () => {
  const idIn = (id: unknown): number => idOf({ params: { id } } as unknown as Request);

  it('is a number that a column holds', () => {
    assert.equal(idIn('1'), 1);
    assert.equal(idIn('2147483647'), 2_147_483_647);
    assert.equal(idOf({ params: { other: '5' } } as unknown as Request, 'other'), 5);
  });

  for (const text of ['0', '-1', '01', '1.0', '1e3', ' 1', 'x', '', '2147483648', '99999999999', undefined, ['1']]) {
    it(`that is ${text === undefined ? 'missing' : JSON.stringify(text)} leads nowhere`, () => {
      assert.throws(
        () => idIn(text),
        (error) => error instanceof DomainError && error.code === 'not-found',
      );
    });
  }
});
