import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Plugin } from 'esbuild';
import { PurgeCSS } from 'purgecss';
import { paths } from '../paths.js';

/** Where a class of the framework may be named: whatever stands in these as a word is kept. */
const NAMED_IN = ['views/**/*.ejs', 'src/client/**/*.ts', 'src/platform/http/**/*.ts', 'src/modules/**/*.ts'];
/** Classes whose names are put together where they are used. */
const PUT_TOGETHER = [/^alert-/, /^icon-/, /^is-/, /^was-validated/];

/**
 * Leaves out of the framework's style sheet what no page names: most of it, and every page would have to read all of it.
 * It errs on the side of keeping: any word in a view or a script keeps the class of that name, used as one or not.
 */
export function trimFramework(): Plugin {
  return {
    name: 'trim-framework',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]@tabler[\\/]core[\\/].*\.css$/ }, async ({ path: file }) => {
        const [result] = await new PurgeCSS().purge({
          content: NAMED_IN.map((pattern) => path.posix.join(paths.projectRoot.split(path.sep).join('/'), pattern)),
          css: [{ raw: await readFile(file, 'utf8') }],
          safelist: { standard: PUT_TOGETHER, deep: [/^data-bs-theme/] },
          dynamicAttributes: ['data-bs-theme'],
          keyframes: true,
        });
        if (result === undefined) throw new Error(`${file} could not be read as a style sheet`);
        return { contents: result.css, loader: 'css' };
      });
    },
  };
}
