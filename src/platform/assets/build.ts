import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { paths } from '../paths.js';
import { trimFramework } from './trim-framework.js';

/** Scripts run in every browser of the last three years. */
const SCRIPT_TARGETS = ['chrome110', 'firefox115', 'safari16'];
/** The framework's style sheet is written with `light-dark()`, which sets the floor for styles. */
const STYLE_TARGETS = ['chrome123', 'firefox120', 'safari17.5'];

const clientFolder = path.join(paths.projectRoot, 'src', 'client');
const stylesFolder = path.join(clientFolder, 'styles');
const spriteSource = path.join(
  paths.projectRoot,
  'node_modules',
  '@tabler',
  'icons-sprite',
  'dist',
  'tabler-sprite.svg',
);

export interface BuiltFile {
  /** Relative to the output folder. */
  readonly name: string;
  readonly bytes: number;
}

export interface BuiltAssets {
  readonly files: readonly BuiltFile[];
  readonly icons: readonly string[];
  readonly milliseconds: number;
}

/**
 * Makes what browsers get: a script a page, a style sheet a page, and one sprite with only the icons that are used.
 * Throws when a source does not compile or an icon that is named does not exist.
 */
export async function buildAssets(outputFolder = path.join(paths.public, 'build')): Promise<BuiltAssets> {
  const startedAt = performance.now();
  await rm(outputFolder, { recursive: true, force: true });
  await mkdir(outputFolder, { recursive: true });
  const common: BuildOptions = {
    outdir: outputFolder,
    bundle: true,
    minify: true,
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: paths.projectRoot,
  };
  const [scripts, styles, icons] = await Promise.all([
    build({
      ...common,
      entryPoints: await filesIn(clientFolder, '-page.ts'),
      format: 'esm',
      splitting: true,
      chunkNames: 'chunk-[hash]',
      target: SCRIPT_TARGETS,
      // With it `import { type X } from './schemas.js'` would stay as an import for its effects, and bring zod along.
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: false } },
    }),
    build({
      ...common,
      entryPoints: await filesIn(stylesFolder, '.css'),
      target: STYLE_TARGETS,
      plugins: [trimFramework()],
      loader: { '.svg': 'dataurl', '.woff2': 'file' },
    }),
    buildSprite(path.join(outputFolder, 'icons.svg')),
  ]);
  const files = [...outputsOf(scripts.metafile, outputFolder), ...outputsOf(styles.metafile, outputFolder), icons.file];
  return { files, icons: icons.names, milliseconds: Math.round(performance.now() - startedAt) };
}

function outputsOf(metafile: Metafile | undefined, outputFolder: string): readonly BuiltFile[] {
  return Object.entries(metafile?.outputs ?? {})
    .filter(([file]) => !file.endsWith('.map'))
    .map(([file, output]) => ({
      name: path.relative(outputFolder, path.join(paths.projectRoot, file)),
      bytes: output.bytes,
    }));
}

async function filesIn(folder: string, ending: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => path.join(folder, name));
}

/** Where icons are named in code: the menu's entries, and the pages' scripts. */
const NAMED_IN_CODE = /\bicon(?::\s*|\()'([a-z0-9-]+)'/g;
const NAMED_IN_VIEWS = /include\(\s*['"][^'"]*\bicon['"]\s*,\s*\{[^}]*\bname:\s*['"]([a-z0-9-]+)['"]/g;

/** Icons are named where they are used; those whose name is worked out are listed in `icons.json`. */
async function usedIcons(): Promise<readonly string[]> {
  const names = new Set<string>();
  const list = path.join(clientFolder, 'icons.json');
  if (existsSync(list)) {
    for (const name of JSON.parse(await readFile(list, 'utf8')) as readonly string[]) names.add(name);
  }
  const named = await Promise.all([
    namesIn(paths.views, '.ejs', NAMED_IN_VIEWS),
    namesIn(path.join(paths.projectRoot, 'src'), '.ts', NAMED_IN_CODE),
  ]);
  for (const name of named.flat()) names.add(name);
  return [...names].sort();
}

async function namesIn(folder: string, ending: string, pattern: RegExp): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(ending));
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  return texts.flatMap((text) => [...text.matchAll(pattern)].flatMap((found) => found[1] ?? []));
}

async function buildSprite(target: string): Promise<{ readonly names: readonly string[]; readonly file: BuiltFile }> {
  const [names, sprite] = await Promise.all([usedIcons(), readFile(spriteSource, 'utf8')]);
  const symbols = names.map((name) => {
    const start = sprite.indexOf(`<symbol id="tabler-${name}"`);
    if (start === -1) throw new Error(`there is no icon "${name}"`);
    const end = sprite.indexOf('</symbol>', start) + '</symbol>'.length;
    // The invisible frame that every icon of the set begins with is only needed while drawing them.
    return sprite.slice(start, end).replaceAll(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/g, '');
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><defs>${symbols.join('')}</defs></svg>\n`;
  await writeFile(target, svg);
  return { names, file: { name: path.basename(target), bytes: Buffer.byteLength(svg) } };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const built = await buildAssets();
  for (const file of built.files) console.log(`${(file.bytes / 1024).toFixed(1).padStart(8)} kB  ${file.name}`);
  console.log(`${built.icons.length} icons, ${built.milliseconds} ms`);
}
