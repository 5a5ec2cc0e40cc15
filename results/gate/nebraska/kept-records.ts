/**
 * Records of promotions to channels that have no place for them: one file for each release of a
 * channel, written before the channel moves. Which of them is true, the channel says.
 */

import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toError, UsageError } from '../../../harness/base/errors.js';
import { writeWhole } from '../../record-file.js';
import { parseEnvelope } from '../envelope.js';
import type { Publication, Published } from '../publisher.js';
import { problemOf } from '../read-statements.js';
import { compare } from '../waiver.js';

const keptSchema = z.strictObject({
  release: z.strictObject({
    version: z.string().regex(/^[\w.+-]+$/),
    images: z
      .array(z.strictObject({ arch: z.string(), sha256: z.string(), payloadSha256: z.string() }))
      .min(1),
  }),
  record: z.unknown(),
  replaces: z.string().exactOptional(),
});

/** A release that a channel got, or was to get. */
export interface KeptRecord extends Published {
  /** The version that the channel had before; none for its first. */
  readonly replaces?: string;
}

/** Writes the record of a release that a channel is about to get. */
export async function keepRecord(
  folder: string,
  { release, record, replaces }: Publication,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const text = `${JSON.stringify({ release, record, replaces })}\n`;
  await writeWhole(join(folder, `${release.version}.json`), text);
}

/** All of a channel, the oldest version first. Throws BROKEN_CHANNEL (usage). */
export async function readKeptRecords(folder: string): Promise<readonly KeptRecord[]> {
  const names = await readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return [];
    throw new UsageError('BROKEN_CHANNEL', `cannot list ${folder}: ${thrown.message}`);
  });
  const files = names.filter((name) => name.endsWith('.json'));
  const kept = await Promise.all(files.map(async (name) => await readOne(join(folder, name))));
  return kept.sort((a, b) => compare(a.release.version, b.release.version));
}

async function readOne(path: string): Promise<KeptRecord> {
  try {
    const { record, ...kept } = keptSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return { ...kept, record: parseEnvelope(JSON.stringify(record), path) };
  } catch (thrown) {
    const reason = thrown instanceof UsageError ? toError(thrown).message : problemOf(thrown);
    throw new UsageError('BROKEN_CHANNEL', `${path}: ${reason}`);
  }
}
