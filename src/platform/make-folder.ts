import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder and those above it. Not `mkdirSync(…, { recursive: true })`: that one never returns where the file system
 * answers "no such folder" to making one, as below `/proc` (seen on Node 20).
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent);
  mkdirSync(folder);
}
