import assert from 'node:assert/strict';
import {
  ADMIN_SECTIONS,
  ADMIN_STEPS,
  adminBlocksOf,
  adminSectionsFor,
} from '../../src/modules/home/admin-blocks.domain.js';
import { MENU } from '../../src/modules/home/menu.domain.js';
import { createTranslator } from '../../src/platform/i18n/translator.js';
import { PERMISSIONS, type Permission } from '../../src/shared/permissions.js';
import { hasWords } from '../../src/shared/word-search.js';

const t = createTranslator()('pt-BR');
const ALL = new Set(PERMISSIONS);
/** Reached from the queues, so not in the menu. */
const BESIDE_THE_MENU = ['/admin/settings/recordings', '/admin/holidays'];

describe('blocks of the administration', () => {
  it('lead to pages of the menu, with the permission the menu asks for, or to pages of blocks', () => {
    for (const { href, permission } of ADMIN_SECTIONS.flatMap(({ blocks }) => blocks)) {
      const entry = MENU.find((each) => each.href === href);
      const step = Object.values(ADMIN_STEPS).find((each) => each.href === href);
      if (BESIDE_THE_MENU.includes(href)) continue;
      assert.ok(entry ?? step, `${href} is neither in the menu nor a page of blocks`);
      assert.equal((entry ?? step)?.permission, permission, href);
    }
  });

  it('hold every page of the administration that the menu has', () => {
    const hrefs = ADMIN_SECTIONS.flatMap(({ blocks }) => blocks.map(({ href }) => href));
    const missing = MENU.filter(({ href }) => href.startsWith('/admin/') && !hrefs.includes(href));
    assert.deepEqual(missing, []);
  });

  it('are called what the product’s manual calls them, along its paths', () => {
    const ways = ADMIN_SECTIONS.flatMap(({ label, blocks }) =>
      blocks.map((block) =>
        [label, ...(block.under === undefined ? [] : [ADMIN_STEPS[block.under].label]), block.label]
          .map((key) => t(key))
          .join(' > '),
      ),
    );
    assert.equal(t('administration:title'), 'Administração');
    assert.deepEqual(ways, [
      'Configurações Gerais > Integração com o UNITY',
      'Configurações Gerais > Integração com o UNITY > Configurações de integração com o UNITY',
      'Configurações Gerais > Motivos',
      'Configurações Gerais > Filas',
      'Configurações Gerais > Feriados',
      'Configurações Gerais > Gravações',
      'Configurações Gerais > Central embutida',
      'Usuários > Usuário',
      'Usuários > Associação com usuário do Unity',
      'Usuários > Usuários Logados',
      'Perfis de Acesso > Perfis',
      'Auditoria > Auditoria',
    ]);
  });

  it('are only those that one may open, in sections that hold some', () => {
    const may = (...permissions: readonly Permission[]): readonly string[] =>
      adminSectionsFor(new Set(permissions)).flatMap(({ blocks }) => blocks.map(({ href }) => href));
    assert.deepEqual(may('administration'), []);
    assert.deepEqual(adminSectionsFor(new Set(['administration'])), []);
    assert.deepEqual(may('administration', 'reasons.list', 'audit.list'), ['/admin/reasons', '/admin/audit']);
  });

  it('of a step are those below it, without the step itself', () => {
    const of = (step: 'settings' | 'unity' | 'people'): readonly string[] =>
      adminBlocksOf(step, ALL).map(({ href }) => href);
    assert.deepEqual(of('unity'), ['/admin/settings/integration']);
    assert.deepEqual(of('people'), ['/admin/users', '/admin/association', '/admin/logged-in']);
    assert.ok(of('settings').includes('/admin/settings/unity'));
    assert.ok(!of('settings').includes('/admin/settings'));
  });
});

describe('a search for words', () => {
  for (const [text, query, found] of [
    ['Integração com o UNITY', 'integracao unity', true],
    ['Integração com o UNITY', 'UNITY integ', true],
    ['Integração com o UNITY', '  ', true],
    ['Integrac\u0327a\u0303o', 'integração', true],
    ['Integração com o UNITY', 'integração fila', false],
  ] as const) {
    it(`${found ? 'finds' : 'does not find'} “${query}” in “${text}”`, () => {
      assert.equal(hasWords(text, query), found);
    });
  }
});
