/**
 * Remembers what was computed about a large file, for as long as the file stays the same: same
 * path, size, modification time and inode.
 */

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
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

/** The place for one topic's fact about the file as it is now; losing facts costs time only. */
export async function fileFact(
  cacheDirectory: string,
  topic: string,
  path: string,
): Promise<FileFact> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  const key = createHash('sha256').update([path, size, mtimeNs, ino].join('\0')).digest('hex');
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
  await mkdir(dirname(entry), { recursive: true });
  await writeFile(draft, JSON.stringify(value));
  await rename(draft, entry);
}
