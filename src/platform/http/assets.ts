import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import express, { type RequestHandler } from 'express';
import { createCompressedFiles } from './compressed-files.js';

const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * The address of a built file, with what was built as its version: browsers keep it for good, and ask for the next one
 * as soon as there is one.
 */
export type AssetUrl = (name: string) => string;

export function createAssetUrl(publicFolder: string): AssetUrl {
  const version = versionOf(path.join(publicFolder, 'build'));
  return (name) => `/build/${name}?v=${version}`;
}

function versionOf(folder: string): string {
  const sum = createHash('sha256');
  if (existsSync(folder)) {
    for (const name of readdirSync(folder).sort()) {
      const { size, mtimeMs } = statSync(path.join(folder, name));
      sum.update(`${name} ${size} ${mtimeMs}\n`);
    }
  }
  return sum.digest('hex').slice(0, 10);
}

/** What lies in `public/`, as it is; what was built of it, compressed for those who take that. */
export function createStaticFiles(publicFolder: string): readonly RequestHandler[] {
  return [
    createCompressedFiles(path.join(publicFolder, 'build'), cacheControlOf),
    express.static(publicFolder, {
      index: false,
      cacheControl: false,
      setHeaders: (res) => {
        res.setHeader('Cache-Control', cacheControlOf(res.req.originalUrl));
      },
    }),
  ];
}

/** Files whose address changes with what is in them are kept for good; the others are asked for anew. */
function cacheControlOf(url: string): string {
  const isNamedByContent = url.includes('?v=') || url.startsWith('/build/chunk-');
  return isNamedByContent ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
}
