/**
 * The newest version that was seen in each channel: a channel that goes back is a mistake, or somebody
 * who wants old holes back.
 */

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { holdLock } from '../../harness/base/lock.js';
import { refused } from './fetch-errors.js';
import { compareVersions } from './version-text.js';

const schema = z.record(z.string(), z.string());

function fileOf(cacheDirectory: string): string {
  return join(cacheDirectory, 'seen-versions.json');
}

/**
 * Throws DOWNGRADE_REFUSED when `version` is older than what was seen under this key, and SEEN_UNREADABLE
 * (both usage).
 */
export async function requireNotOlder(
  cacheDirectory: string,
  key: string,
  version: string,
): Promise<void> {
  const seen = (await read(cacheDirectory))[key];
  if (seen === undefined || compareVersions(version, seen) >= 0) return;
  const problem = `${key}: the server offers ${version}, expected ${seen} or newer, which was seen before`;
  const next = 'find out why; add --allow-downgrade if the channel was rolled back';
  throw refused('DOWNGRADE_REFUSED', problem, next);
}

/** Remembers a version that was verified. Throws SEEN_UNREADABLE (usage). */
export async function rememberVersion(
  cacheDirectory: string,
  key: string,
  { version, signal }: { readonly version: string; readonly signal: AbortSignal },
): Promise<void> {
  await mkdir(cacheDirectory, { recursive: true });
  const file = fileOf(cacheDirectory);
  await using _lock = await holdLock(`seen versions ${file}`, { signal });
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  const all = { ...(await read(cacheDirectory)), [key]: version };
  await writeFile(draft, `${JSON.stringify(all, null, 2)}\n`);
  await rename(draft, file);
}

/** A file that can't be read is not an empty one: a channel could go back unseen. */
async function read(cacheDirectory: string): Promise<Readonly<Record<string, string>>> {
  const file = fileOf(cacheDirectory);
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return {};
    const problem = `${file}: expected the newest version of each channel, seen no such JSON`;
    const next = 'remove it, and look well at which versions come then';
    throw refused('SEEN_UNREADABLE', problem, next, { cause: thrown });
  }
}
