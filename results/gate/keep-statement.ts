/**
 * Where what people signed is kept: one file each, and nothing takes the place of another.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../record-file.js';
import { digestOfEnvelope } from './chain.js';
import type { Envelope } from './envelope.js';

/** Writes `STEM-DIGEST.json`, and returns its path. */
export async function keepStatement(
  folder: string,
  stem: string,
  envelope: Envelope,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${stem}-${digestOfEnvelope(envelope).slice(0, 8)}.json`);
  await writeWhole(path, `${JSON.stringify(envelope)}\n`);
  return path;
}
