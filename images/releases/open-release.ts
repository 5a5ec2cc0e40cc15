/**
 * A release that was made elsewhere, from its payload: what suites want to know of it is read from the
 * payload itself.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../../harness/base/errors.js';
import { makeTempDirectory, removeTree } from '../../harness/base/run-dir.js';
import type { UpdatePackage, UpdatePayload, UpdateRelease } from '../../harness/model/updates.js';
import { extractKernel } from '../payload/extract-parts.js';
import { type Payload, readPayload } from '../payload/read-payload.js';

/** Where the root hash of /usr lies in a kernel file of 64-bit x86 (flatcar/scripts, verity). */
const rootHashAt = 64;

/** How suites ask for it, its `VERSION_ID`, its payload, and files that are offered beside it. */
export interface ReleaseSource {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly packages?: readonly string[];
}

/** Throws NOT_A_PAYLOAD, NOT_A_FULL_PAYLOAD or BAD_RELEASE (all usage). */
export async function openRelease(
  { name, version, path, packages = [] }: ReleaseSource,
  signal: AbortSignal,
): Promise<UpdateRelease> {
  const payload = await readPayload(path);
  const system = { payload: await describe(payload, signal), ...(await kernelOf(payload)) };
  if (packages.length === 0) return { name, version, ...system };
  return { name, version, ...system, packages: await openPackages(packages, signal) };
}

async function openPackages(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly UpdatePackage[]> {
  const opened: UpdatePackage[] = [];
  for (const path of paths) {
    const name = basename(path);
    if (opened.some((one) => one.name === name)) {
      throw new UsageError('BAD_RELEASE', `--release has two packages named ${name}; rename one`);
    }
    const measured = await measure(path, signal).catch((cause: Error) => {
      throw new UsageError('BAD_RELEASE', `--release: cannot read a package: ${cause.message}`);
    });
    opened.push({ name, path, ...measured });
  }
  return opened;
}

async function describe(payload: Payload, signal: AbortSignal): Promise<UpdatePayload> {
  const { path } = payload;
  const measured = await measure(path, signal);
  const { signedBytes = measured.bytes } = payload;
  return { path, ...measured, signatureBytes: measured.bytes - signedBytes };
}

async function measure(path: string, signal: AbortSignal) {
  const [sha256, sha1] = [createHash('sha256'), createHash('sha1')];
  let bytes = 0;
  await pipeline(
    createReadStream(path, { highWaterMark: 2 ** 20 }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        sha256.update(chunk);
        sha1.update(chunk);
      }
    },
    { signal },
  );
  return { bytes, sha256: sha256.digest('hex'), sha1: sha1.digest('hex') };
}

async function kernelOf(payload: Payload) {
  const work = await makeTempDirectory('payload');
  try {
    const kernel = join(work, 'kernel');
    await extractKernel(payload, kernel);
    const kernelSha256 = createHash('sha256')
      .update(await readFile(kernel))
      .digest('hex');
    return { usrHash: await readRootHash(kernel), kernelSha256 };
  } finally {
    await removeTree(work);
  }
}

/** The root hash in a kernel file, where Flatcar's boot loader finds it, too. */
export async function readRootHash(kernel: string): Promise<string> {
  await using file = await open(kernel);
  const { buffer } = await file.read(Buffer.alloc(64), 0, 64, rootHashAt);
  return buffer.toString('latin1');
}
