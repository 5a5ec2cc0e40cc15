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
  /** Whether a value that is kept may still be believed. Default: until the host reboots. */
  readonly holds?: (value: T) => boolean;
}

/**
 * Returns what is cached for this boot of the host and this QEMU, or measures and keeps it. `measure` is
 * told what was kept and does not hold any more.
 */
export async function cachedOnHost<T>(
  entry: HostCacheEntry<T>,
  measure: (stale: T | undefined) => Promise<T>,
): Promise<T> {
  const key = `${hostBootId()} ${entry.qemuVersion}`;
  const known = await readEntry(entry, key);
  if (known !== undefined && (entry.holds?.(known) ?? true)) return known;
  const value = await measure(known);
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

/** For so long a measurement is believed that only shows what a busy host can't do. */
const doubtfulMs = 10 * 60_000;

/** Whether a time of `Date.now()` is less than ten minutes ago. */
export function isRecent(atMs: number): boolean {
  const ageMs = Date.now() - atMs;
  return ageMs >= 0 && ageMs < doubtfulMs;
}

/** Renamed into place, so that two commands at once never read half a file. */
async function writeEntry(file: string, contents: object): Promise<void> {
  const draft = `${file}.${process.pid}.new`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(draft, `${JSON.stringify(contents)}\n`);
  await rename(draft, file);
}
