import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Built code runs from `dist/`, sources from the project's root; views and public files stand beside `package.json` in
 * both, migrations and seeders beside the running code.
 */
const codeRoot = path.resolve(import.meta.dirname, '..', '..');

function findProjectRoot(from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`no package.json above ${from}`);
  }
}

const projectRoot = findProjectRoot(codeRoot);

export const paths = {
  projectRoot,
  views: path.join(projectRoot, 'views'),
  public: path.join(projectRoot, 'public'),
  migrations: path.join(codeRoot, 'migrations'),
  data: path.join(projectRoot, 'data'),
} as const;
