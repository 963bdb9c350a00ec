import { stat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { type RequestHandler } from 'express';

const squeeze = {
  br: (text: Buffer): Promise<Buffer> =>
    promisify(brotliCompress)(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (text: Buffer): Promise<Buffer> => promisify(gzip)(text, { level: 9 }),
} as const;
type Encoding = keyof typeof squeeze;

interface Squeezed {
  readonly version: string;
  readonly bytes: Promise<Buffer>;
}

/**
 * Answers for built scripts, styles and icons, compressed: the framework's style sheet is a tenth of itself then. Each
 * file is compressed once, when it is first asked for. What it does not answer for, the plain files behind it do.
 */
export function createCompressedFiles(buildFolder: string, cacheControl: (url: string) => string): RequestHandler {
  const known = new Map<string, Squeezed>();
  return async (req, res, next) => {
    const name = /^\/build\/([\w-][\w.-]*\.(?:css|js|svg))$/.exec(req.path)?.[1];
    const encoding = req.acceptsEncodings('br', 'gzip', 'identity') as Encoding | 'identity' | false;
    if (name === undefined || (encoding !== 'br' && encoding !== 'gzip') || !['GET', 'HEAD'].includes(req.method)) {
      next();
      return;
    }
    const file = path.join(buildFolder, name);
    const found = await stat(file).catch(() => null);
    if (found === null) {
      next();
      return;
    }
    const version = `${found.size.toString(16)}-${Math.round(found.mtimeMs).toString(16)}-${encoding}`;
    const key = `${name} ${encoding}`;
    let squeezed = known.get(key);
    if (squeezed?.version !== version) {
      squeezed = { version, bytes: readFile(file).then(squeeze[encoding]) };
      known.set(key, squeezed);
    }
    res.type(path.extname(name)).set({
      'Content-Encoding': encoding,
      'Cache-Control': cacheControl(req.originalUrl),
      ETag: `"${version}"`,
      Vary: 'Accept-Encoding',
    });
    res.send(await squeezed.bytes);
  };
}
