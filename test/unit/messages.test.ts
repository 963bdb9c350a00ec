import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createTranslator } from '../../src/platform/i18n/translator.js';
import { paths } from '../../src/platform/paths.js';
import { AGENT_STATUSES } from '../../src/shared/agent-state.js';
import { LOCALES, messages, type MessageKey } from '../../src/shared/i18n/messages.js';
import { PERMISSION_GROUPS, PERMISSIONS } from '../../src/shared/permissions.js';

const translator = createTranslator();

function exists(locale: (typeof LOCALES)[number], key: string): boolean {
  const [namespace = '', name = ''] = key.split(':');
  const texts = (messages[locale] as Readonly<Record<string, Readonly<Record<string, string>>>>)[namespace];
  return texts !== undefined && (name in texts || `${name}_other` in texts);
}

function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.join(folder, file));
}

const views = filesBelow(paths.views, '.ejs');

describe('messages', () => {
  it('have the same placeholders in every language', () => {
    const placeholders = (text: string): string =>
      [...text.matchAll(/\{\{(\w+)\}\}/g)]
        .map((found) => found[1])
        .sort()
        .join();
    const english = messages.en as Readonly<Record<string, Readonly<Record<string, string>>>>;
    for (const [namespace, texts] of Object.entries(messages['pt-BR'])) {
      for (const [key, text] of Object.entries(texts as Readonly<Record<string, string>>)) {
        assert.equal(placeholders(english[namespace]![key]!), placeholders(text), `${namespace}:${key}`);
      }
    }
  });

  it('that are counted have both numbers', () => {
    for (const locale of LOCALES) {
      for (const [namespace, texts] of Object.entries(messages[locale])) {
        for (const key of Object.keys(texts)) {
          const base = /^(.*)_(one|other)$/.exec(key)?.[1];
          if (base === undefined) continue;
          for (const number of ['one', 'other'])
            assert.ok(`${base}_${number}` in texts, `${namespace}:${base}_${number}`);
        }
      }
    }
  });

  it('count as people do, at nothing, one, some and a million', () => {
    const t = translator('pt-BR');
    const shown = [0, 1, 2, 1_000_000].map((count) => t('common:user-count', { count }));
    assert.deepEqual(shown, ['0 usuários', '1 usuário', '2 usuários', '1000000 usuários']);
  });

  it('are given as they are, because views do the escaping', () => {
    assert.equal(translator('en')('common:greeting', { name: 'A & B' }), 'Hello, A & B');
  });

  it('that views and code ask for exist in every language', () => {
    const sources = [...views, ...filesBelow(path.join(paths.projectRoot, 'src'), '.ts')];
    const missing: string[] = [];
    let asked = 0;
    for (const file of sources) {
      // A key that is put together ends in a quote and a plus sign; those are tested with what completes them.
      for (const found of readFileSync(file, 'utf8').matchAll(/\bt\(\s*'([a-z-]+:[^']+)'(?!\s*\+)/g)) {
        asked += 1;
        for (const locale of LOCALES) if (!exists(locale, found[1]!)) missing.push(`${locale} ${found[1]!} in ${file}`);
      }
    }
    assert.deepEqual(missing, []);
    assert.ok(asked > 40, `only ${String(asked)} keys found`);
  });

  it('name every state, permission, group of permissions and demonstration role', () => {
    const keys = [
      ...AGENT_STATUSES.flatMap((status) => [`desk:status.${status}`, `board:status.${status}`]),
      ...PERMISSIONS.map((permission) => `permissions:${permission}`),
      ...Object.keys(PERMISSION_GROUPS).map((group) => `permissions:group-${group}`),
      ...['administrator', 'supervisor', 'agent'].map((role) => `auth:demo-${role}`),
      ...LOCALES.map((locale) => `common:language-${locale}`),
    ];
    for (const locale of LOCALES) {
      for (const key of keys) {
        assert.ok(exists(locale, key), `${locale} ${key}`);
        assert.notEqual(translator(locale)(key as MessageKey), key);
      }
    }
  });

  it('spell the seed’s permissions as the product does', () => {
    const t = translator('pt-BR');
    const spelled: Readonly<Record<string, string>> = {
      'unity.associate': 'Associação de usuário com o usuário do Unity',
      'unity.dissociate': 'Desassociação de usuário com o usuário do Unity',
      'unity.synchronise': 'Sincronização do usuário com os usuários do Unity',
      'users.list': 'Listar usuários',
      'users.create': 'Criar usuários',
      'users.edit': 'Editar usuários',
      'users.delete': 'Excluir usuários',
      'users.logged-in': 'Usuários Logados',
      administration: 'Administração',
      'general-settings': 'Configurações Gerais',
      'reasons.list': 'Listar motivos',
      'reasons.create': 'Criar motivos',
      'reasons.edit': 'Editar motivos',
      'reasons.delete': 'Excluir motivos',
      'monitoring-groups.list': 'Listar grupo monitoramento',
      'monitoring-groups.create': 'Criar grupo monitoramento',
      'monitoring-groups.edit': 'Editar grupo monitoramento',
      'monitoring-groups.delete': 'Excluir grupo monitoramento',
      'monitoring-alerts': 'Alertas de monitoramento',
      'callbacks.schedule': 'Callback Agendado',
    };
    for (const [code, name] of Object.entries(spelled)) assert.equal(t(`permissions:${code}` as MessageKey), name);
  });
});

describe('views', () => {
  it('write nothing unescaped but other views', () => {
    assert.ok(views.length > 10);
    for (const file of views) {
      for (const found of readFileSync(file, 'utf8').matchAll(/<%-(?!%)([\s\S]*?)-?%>/g)) {
        assert.match(found[1]!.trim(), /^include\([^;]*\)$/, `${file}: ${found[0]}`);
      }
    }
  });

  it('hold no script, style or handler of their own, which the page’s policy would refuse', () => {
    for (const file of views) {
      const text = readFileSync(file, 'utf8');
      assert.doesNotMatch(text, /<style|\sstyle="|\son[a-z]+="|javascript:/i, file);
      for (const script of text.matchAll(/<script\b[^>]*>/g)) assert.match(script[0], /\ssrc="/, file);
    }
  });

  it('carry the token in every form that posts', () => {
    for (const file of views) {
      for (const form of readFileSync(file, 'utf8').matchAll(/<form\b[\s\S]*?<\/form>/g)) {
        if (form[0].includes('method="post"')) assert.match(form[0], /name="_csrf" value="<%= csrfToken %>"/, file);
      }
    }
  });
});
