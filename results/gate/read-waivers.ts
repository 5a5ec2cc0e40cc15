/**
 * The waivers of a gate's directory.
 */

import { join } from 'node:path';
import { gateFiles } from './gate-directory.js';
import type { Policy } from './policy-schema.js';
import { namesIn, readEvidenceFile } from './read-statements.js';
import { parseWaiver, type Waiver } from './waiver.js';

/** All of them, by the names of their files. Throws BAD_WAIVER and BAD_EVIDENCE (usage). */
export async function readWaivers(
  directory: string,
  { waivers }: Policy,
): Promise<readonly Waiver[]> {
  const folder = join(directory, gateFiles.waivers);
  const names = await namesIn(folder, '.yaml');
  return await Promise.all(
    names.map(async (name) => {
      return parseWaiver(await readEvidenceFile(join(folder, name)), name, waivers.maxDays);
    }),
  );
}
