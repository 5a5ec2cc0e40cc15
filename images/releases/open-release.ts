/**
 * A release that was made elsewhere, from its payload: what suites want to know of it is read from the
 * payload itself.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { UpdatePayload, UpdateRelease } from '../../harness/model/updates.js';
import { extractKernel } from '../payload/extract-parts.js';
import { type Payload, readPayload } from '../payload/read-payload.js';

/** Where the root hash of /usr lies in a kernel file of 64-bit x86 (flatcar/scripts, verity). */
const rootHashAt = 64;

/** How suites ask for it, its `VERSION_ID`, and its payload. */
export interface ReleaseSource {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

/** Throws NOT_A_PAYLOAD or NOT_A_FULL_PAYLOAD (both usage). */
export async function openRelease(
  { name, version, path }: ReleaseSource,
  signal: AbortSignal,
): Promise<UpdateRelease> {
  const payload = await readPayload(path);
  return { name, version, payload: await describe(payload, signal), ...(await kernelOf(payload)) };
}

async function describe(payload: Payload, signal: AbortSignal): Promise<UpdatePayload> {
  const [sha256, sha1] = [createHash('sha256'), createHash('sha1')];
  let bytes = 0;
  await pipeline(
    createReadStream(payload.path, { highWaterMark: 2 ** 20 }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        sha256.update(chunk);
        sha1.update(chunk);
      }
    },
    { signal },
  );
  const { path, signedBytes = bytes } = payload;
  const digests = { sha256: sha256.digest('hex'), sha1: sha1.digest('hex') };
  return { path, bytes, ...digests, signatureBytes: bytes - signedBytes };
}

async function kernelOf(payload: Payload) {
  const work = await mkdtemp(join(tmpdir(), 'yard-payload-'));
  try {
    const kernel = join(work, 'kernel');
    await extractKernel(payload, kernel);
    const kernelSha256 = createHash('sha256')
      .update(await readFile(kernel))
      .digest('hex');
    return { usrHash: await readRootHash(kernel), kernelSha256 };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The root hash in a kernel file, where Flatcar's boot loader finds it, too. */
export async function readRootHash(kernel: string): Promise<string> {
  await using file = await open(kernel);
  const { buffer } = await file.read(Buffer.alloc(64), 0, 64, rootHashAt);
  return buffer.toString('latin1');
}
