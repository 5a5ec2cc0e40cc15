/**
 * What suites took on this host, whichever directory their runs were in: a fresh clone plans as well as
 * one that has run before. Only a help: what can't be read or written is done without.
 */

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { cacheDirectory } from '../base/run-dir.js';
import type { Costs, LearnOptions } from '../plan/learn-costs.js';

/** Raised when old files mean something else. */
const format = 1;

/** Who has not run for so long may be gone, or another by now. */
const keptMs = 180 * 24 * 3_600_000;

const costSchema = z.object({
  durationMs: z.number().nonnegative(),
  memoryMiB: z.number().nonnegative().exactOptional(),
  vcpus: z.number().nonnegative().exactOptional(),
  /** When its last run ended, `Date.now()`. */
  atMs: z.number(),
});

const fileSchema = z.object({
  format: z.literal(format),
  costs: z.record(z.string(), costSchema),
});

type Kept = z.infer<typeof fileSchema>['costs'];

/** Where the costs of runs like these are kept. */
export function costFile(
  { accelerator = 'any', fork = true }: LearnOptions,
  cache = cacheDirectory(),
): string {
  return join(cache, 'costs', `${accelerator}${fork ? '' : '-no-fork'}.json`);
}

/** Nothing is known where the file is missing, damaged or of another version. */
export async function readCosts(file: string): Promise<Costs> {
  const kept = Object.entries(await read(file));
  return new Map(kept.map(([key, { atMs: _, ...forecast }]) => [key, forecast]));
}

/** Puts what was learned over what is kept. Of two commands at the same moment one may be forgotten. */
export async function keepCosts(file: string, costs: Costs, nowMs = Date.now()): Promise<void> {
  const old = Object.entries(await read(file)).filter(([, { atMs }]) => nowMs - atMs < keptMs);
  const learned = [...costs].map(([key, forecast]) => [key, { ...forecast, atMs: nowMs }] as const);
  await write(file, Object.fromEntries([...old, ...learned])).catch(() => undefined);
}

async function read(file: string): Promise<Kept> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8'))).costs;
  } catch {
    return {};
  }
}

/** Renamed into place, so that nobody reads half of it. */
async function write(file: string, costs: Kept): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(draft, `${JSON.stringify({ format, costs })}\n`);
  await rename(draft, file);
}
