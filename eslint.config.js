import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const FRAMEWORKS = ['express', 'sequelize', 'socket.io', 'umzug', 'passport', 'ejs', 'sip.js', 'ws', 'node-cron'];

/** What a pure file may not reach: frameworks, input/output, and the folders that hold them. */
const impure = {
  paths: FRAMEWORKS.map((name) => ({ name, message: 'Keep this out of pure code.' })),
  patterns: [
    { regex: '^node:', message: 'Pure code does no input or output.' },
    { regex: '/platform/(?!errors\\.js)', message: 'Pure code knows nothing of the platform.' },
    { regex: '\\.(model|repository|routes|service)\\.js$', message: 'Pure code depends on pure code.' },
  ],
};

/** One package may be imported only by the files whose work it is. */
const only = (pattern, message) => ({ selector: `ImportDeclaration[source.value=/${pattern}/]`, message });
const environment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Only platform/config reads the environment.',
};
const noSync = {
  selector: "CallExpression[callee.property.name='sync'][callee.object.name=/[sS]equelize$/]",
  message: 'Migrations are the only way a schema comes to be.',
};
const socketIo = only('^socket\\.io', 'Only the hub knows Socket.IO.');
const sequelizeOnly = only('^sequelize$', 'Only models, repositories and platform/db know Sequelize.');
const expressOnly = only('^express$', 'Only routes and platform/http know Express.');

export default defineConfig(
  { ignores: ['dist/', 'public/build/', 'coverage/', 'data/'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      complexity: ['error', { max: 15, variant: 'modified' }],
    },
  },
  {
    files: ['src/**/*.domain.ts', 'src/shared/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', impure] },
  },
  {
    files: ['src/**/*.service.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: impure.paths,
          patterns: [
            { regex: '\\.(model|repository|routes)\\.js$', message: 'A service knows its port, not its adapter.' },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: [
      'src/platform/**',
      'src/client/**',
      'src/**/*.model.ts',
      'src/**/*.repository.ts',
      'src/**/*.routes.ts',
      'src/app.ts',
      'src/wiring/**',
    ],
    rules: { 'no-restricted-syntax': ['error', environment, noSync, socketIo, sequelizeOnly, expressOnly] },
  },
  {
    files: ['src/**/*.model.ts', 'src/**/*.repository.ts'],
    rules: { 'no-restricted-syntax': ['error', environment, noSync, socketIo, expressOnly] },
  },
  {
    files: ['src/**/*.routes.ts', 'src/app.ts', 'src/wiring/**'],
    rules: { 'no-restricted-syntax': ['error', environment, noSync, socketIo, sequelizeOnly] },
  },
  { files: ['src/client/**'], rules: { 'no-restricted-syntax': ['error', only('^node:', 'Browsers have no Node.')] } },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', 'max-lines': 'off' },
  },
  { files: ['bench/**/*.ts', 'test/support/run.ts', 'src/platform/assets/build.ts'], rules: { 'no-console': 'off' } },
  { files: ['eslint.config.js'], extends: [tseslint.configs.disableTypeChecked] },
  { files: ['eslint.config.js'], rules: { 'no-restricted-exports': 'off' } },
  prettier,
);
