/**
 * Reads a file once for everything that wants its bytes.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { SignatureCheck } from '../fetch/detached-signature.js';

/** Both digests in lower-case hexadecimal; the signature has then seen all of it. */
export async function hashThrough(
  path: string,
  signature: SignatureCheck,
  signal: AbortSignal,
): Promise<{ readonly sha256: string; readonly sha512: string }> {
  const [sha256, sha512] = [createHash('sha256'), createHash('sha512')];
  await pipeline(
    createReadStream(path, { highWaterMark: 2 ** 20 }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        sha256.update(chunk);
        sha512.update(chunk);
        signature.update(chunk);
      }
    },
    { signal },
  );
  return { sha256: sha256.digest('hex'), sha512: sha512.digest('hex') };
}
