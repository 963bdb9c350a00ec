import { existsSync } from 'node:fs';
import path from 'node:path';
import { paths } from '../paths.js';
import { type Environment } from './config.js';

/** The process's environment, with what `.env` adds to it; a variable that is already set wins over the file. */
export function readEnvironment(): Environment {
  const file = path.join(paths.projectRoot, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
  return process.env;
}
