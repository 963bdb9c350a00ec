import { createReadStream } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import { isSafeFile } from './recording.domain.js';
import { type RecordingFiles } from './recording.port.js';

/** A folder of recordings: the exchange writes into it, we read and remove. Nothing outside of it is ever touched. */
export class RecordingFolder implements RecordingFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = path.resolve(folder);
  }

  async size(file: string): Promise<number | null> {
    const target = this.#pathOf(file);
    if (target === null) return null;
    const found = await lstat(target).catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    });
    // A link may lead anywhere.
    return found?.isFile() === true ? found.size : null;
  }

  read(file: string, range: { readonly start: number; readonly end: number }): NodeJS.ReadableStream {
    const target = this.#pathOf(file);
    if (target === null) throw new Error('not a name of a recording');
    return createReadStream(target, range);
  }

  async remove(file: string): Promise<void> {
    const target = this.#pathOf(file);
    if (target !== null) await rm(target, { force: true });
  }

  #pathOf(file: string): string | null {
    if (!isSafeFile(file)) return null;
    const target = path.join(this.#folder, file);
    return path.dirname(target) === this.#folder ? target : null;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
