/**
 * Measurements of the host that are good until it reboots or QEMU changes, kept in the cache
 * directory. A damaged or foreign file only means that the measurement is made again.
 */

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { hostBootId } from '../../harness/base/host-process.js';

/** Where a measurement is kept, for which QEMU it holds, and how it looks. */
export interface HostCacheEntry<T> {
  readonly file: string;
  readonly qemuVersion: string;
  readonly schema: z.ZodType<T>;
}

/** Returns what is cached for this boot of the host and this QEMU, or measures and keeps it. */
export async function cachedOnHost<T>(
  entry: HostCacheEntry<T>,
  measure: () => Promise<T>,
): Promise<T> {
  const key = `${hostBootId()} ${entry.qemuVersion}`;
  const known = await readEntry(entry, key);
  if (known !== undefined) return known;
  const value = await measure();
  await writeEntry(entry.file, { key, value });
  return value;
}

async function readEntry<T>(entry: HostCacheEntry<T>, key: string): Promise<T | undefined> {
  try {
    const stored = JSON.parse(await readFile(entry.file, 'utf8')) as {
      key: string;
      value: unknown;
    };
    return stored.key === key ? entry.schema.parse(stored.value) : undefined;
  } catch {
    return undefined;
  }
}

/** Renamed into place, so that two commands at once never read half a file. */
async function writeEntry(file: string, contents: object): Promise<void> {
  const draft = `${file}.${process.pid}.new`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(draft, `${JSON.stringify(contents)}\n`);
  await rename(draft, file);
}
