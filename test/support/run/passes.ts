/** A part of the machine that a pass cannot do without. */
export type Need = 'mariadb' | 'chromium' | 'asterisk';

/** One run of mocha: some folders of `test/`, in one environment. */
export interface Pass {
  readonly name: string;
  readonly heading: string;
  readonly folders: readonly string[];
  readonly need: Need | null;
  /** Whether the pages' scripts are built first. */
  readonly buildsClient: boolean;
  readonly env: Readonly<Record<string, string>>;
  /** A browser or an exchange takes longer than a function call; milliseconds a test. */
  readonly timeoutMs: number | null;
}

/** The folders of `test/` that talk to a database, and so run on each kind of it. */
const DATABASE_FOLDERS = ['http', 'realtime', 'contract', 'seeders'];

export const PASSES: readonly Pass[] = [
  {
    name: 'sqlite',
    heading: 'Everything in process, on SQLite',
    folders: ['unit', ...DATABASE_FOLDERS, 'chaos'],
    need: null,
    buildsClient: false,
    env: { DATABASE: 'sqlite' },
    timeoutMs: null,
  },
  {
    name: 'mariadb',
    heading: 'Pages, sockets and contracts again, on MariaDB',
    folders: DATABASE_FOLDERS,
    need: 'mariadb',
    buildsClient: false,
    env: { DATABASE: 'mysql' },
    timeoutMs: 30_000,
  },
  {
    name: 'browser',
    heading: 'Journeys in Chromium',
    folders: ['browser'],
    need: 'chromium',
    buildsClient: true,
    env: { DATABASE: 'sqlite' },
    timeoutMs: 90_000,
  },
  {
    name: 'telephony',
    heading: 'Calls on a real Asterisk',
    folders: ['telephony'],
    need: 'asterisk',
    buildsClient: false,
    env: { DATABASE: 'sqlite' },
    timeoutMs: 90_000,
  },
];

export interface RunArguments {
  /** Names of passes or of folders of `test/`; empty for all. */
  readonly only: readonly string[];
  /** Test files named one by one, relative to the project; empty for all. */
  readonly files: readonly string[];
  /** What mocha is given as it is. */
  readonly mocha: readonly string[];
  /** Whether mocha's own arguments may leave tests out. */
  readonly filtered: boolean;
}

const FILTERS = ['-g', '--grep', '-f', '--fgrep'];

/** Reads `npm test -- …`: `--only a,b`, test files, and anything mocha knows. Throws an Error on a name it does not know. */
export function readArguments(argv: readonly string[]): RunArguments {
  const only: string[] = [];
  const files: string[] = [];
  const mocha: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? '';
    if (argument === '--only' || argument.startsWith('--only=')) {
      const names = argument === '--only' ? argv[(at += 1)] : argument.slice('--only='.length);
      only.push(...(names ?? '').split(',').map((name) => name.trim()));
    } else if (FILTERS.includes(argument)) {
      mocha.push(argument, argv[(at += 1)] ?? '');
    } else if (argument.endsWith('.test.ts')) {
      files.push(argument.replace(/^\.\//, ''));
    } else {
      mocha.push(argument);
    }
  }
  const known = new Set(PASSES.flatMap((pass) => [pass.name, ...pass.folders]));
  const unknown = only.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Error(`--only knows ${[...known].join(', ')}; not "${unknown.join('", "')}"`);
  }
  const filtered = mocha.some((argument) => FILTERS.includes(argument.split('=')[0] ?? ''));
  return { only, files, mocha, filtered };
}

/** The passes that are wanted, each with its files; `allFiles` are relative to the project, as `test/unit/x.test.ts`. */
export function selectPasses(
  wanted: Pick<RunArguments, 'only' | 'files'>,
  allFiles: readonly string[],
): readonly { readonly pass: Pass; readonly files: readonly string[] }[] {
  return PASSES.map((pass) => {
    const whole = wanted.only.length === 0 || wanted.only.includes(pass.name);
    const folders = whole ? pass.folders : pass.folders.filter((folder) => wanted.only.includes(folder));
    const files = allFiles.filter(
      (file) =>
        folders.some((folder) => file.startsWith(`test/${folder}/`)) &&
        (wanted.files.length === 0 || wanted.files.includes(file)),
    );
    return { pass, files };
  }).filter(({ files }) => files.length > 0);
}

/** Test files that no pass would run: a folder nobody listed. */
export function strayFiles(allFiles: readonly string[]): readonly string[] {
  const taken = new Set(selectPasses({ only: [], files: [] }, allFiles).flatMap(({ files }) => files));
  return allFiles.filter((file) => !taken.has(file));
}
