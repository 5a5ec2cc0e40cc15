/** `release.json`: what is known about a release that was made, beside its payload. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { UpdateRelease } from '../../harness/model/updates.js';

export const releaseFile = 'release.json';
/** The name that Flatcar's payloads have. */
export const payloadFile = 'flatcar_production_update.gz';

const hexadecimal = z.string().regex(/^[0-9a-f]+$/);

const schema = z.strictObject({
  schema: z.literal(1),
  name: z.string(),
  version: z.string(),
  usrHash: hexadecimal,
  kernelSha256: hexadecimal,
  payload: z.strictObject({
    bytes: z.number().int().positive(),
    sha256: hexadecimal,
    sha1: hexadecimal,
    signatureBytes: z.number().int().nonnegative(),
  }),
});

export async function readRelease(directory: string): Promise<UpdateRelease> {
  const text = await readFile(join(directory, releaseFile), 'utf8');
  const { schema: _, payload, ...release } = schema.parse(JSON.parse(text));
  return { ...release, payload: { ...payload, path: join(directory, payloadFile) } };
}

export async function writeRelease(directory: string, release: UpdateRelease): Promise<void> {
  const { path: _, ...payload } = release.payload;
  const text = JSON.stringify({ schema: 1, ...release, payload }, null, 2);
  await writeFile(join(directory, releaseFile), `${text}\n`);
}
