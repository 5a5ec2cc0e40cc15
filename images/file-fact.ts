/**
 * Remembers what was computed about a large file, for as long as the file stays the same: same
 * path, size, modification time and inode.
 */

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * One fact about one state of a file. It is bound to the state that the file had when the entry was
 * made: a fact about a file that changes meanwhile is stored where nobody looks for it again.
 */
export interface FileFact {
  /** Undefined when nothing was stored, or it is damaged. */
  read(): Promise<unknown>;
  /** Stores a JSON value; a reader sees the old one or the new one, never half of it. */
  write(value: unknown): Promise<void>;
}

/**
 * The place for one topic's fact about the file as it is now. Losing facts costs time only, so that a
 * cache in which nothing can be written is no error.
 */
export async function fileFact(
  cacheDirectory: string,
  topic: string,
  path: string,
): Promise<FileFact> {
  // The time of the change too: that of the content can be set to what it was.
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
  const known = [path, size, mtimeNs, ctimeNs, ino].join('\0');
  const key = createHash('sha256').update(known).digest('hex');
  const entry = join(cacheDirectory, 'file-facts', `${topic}-${key.slice(0, 32)}.json`);
  return { read: () => readEntry(entry), write: (value) => writeEntry(entry, value) };
}

async function readEntry(entry: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(entry, 'utf8'));
  } catch {
    return undefined;
  }
}

async function writeEntry(entry: string, value: unknown): Promise<void> {
  const draft = `${entry}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(entry), { recursive: true });
    await writeFile(draft, JSON.stringify(value));
    await rename(draft, entry);
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}
