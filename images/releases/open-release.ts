/**
 * A release that was made elsewhere, from its payload: what suites want to know of it is read from the
 * payload itself.
 */

import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../../harness/base/errors.js';
import { makeTempDirectory, removeTree } from '../../harness/base/run-dir.js';
import type { Arch } from '../../harness/model/image.js';
import type { UpdatePackage, UpdatePayload, UpdateRelease } from '../../harness/model/updates.js';
import { extractKernel, findTarget } from '../payload/extract-parts.js';
import { type Payload, readAt, readPayload } from '../payload/read-payload.js';
import { checkLayout } from '../payload/verify-payload.js';

/** Where the root hash of /usr lies in a kernel file (flatcar/scripts, build_image_util.sh). */
const rootHashAt: Readonly<Record<Arch, number>> = { amd64: 64, arm64: 512 };
const rootHashBytes = 64;

/** Flatcar's kernels, which have an initrd inside, are of some 60 MiB. */
const maxKernelBytes = 512 * 2 ** 20;

/** How suites ask for it, its `VERSION_ID`, its payload, and files that are offered beside it. */
export interface ReleaseSource {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly packages?: readonly string[];
  /** Of the machines that are updated to it. */
  readonly arch: Arch;
}

/**
 * Throws NOT_A_PAYLOAD, NOT_A_FULL_PAYLOAD, BAD_PAYLOAD, BAD_RELEASE or MISSING_PACKAGES (all usage):
 * what is wrong with the file must not be taken for a fault of the image.
 */
export async function openRelease(
  { name, version, path, packages = [], arch }: ReleaseSource,
  signal: AbortSignal,
): Promise<UpdateRelease> {
  const payload = await readSound(path);
  const described = await describe(payload, signal);
  const system = { payload: described, ...(await kernelOf(payload, arch, signal)) };
  if (packages.length === 0) return { name, version, ...system };
  return { name, version, ...system, packages: await openPackages(packages, signal) };
}

/**
 * Refuses what can be seen to be wrong before there is an image, without reading data. Throws
 * NOT_A_PAYLOAD and BAD_RELEASE (both usage).
 */
export async function checkRelease(path: string, packages: readonly string[]): Promise<void> {
  await readSound(path);
  requireNames(packages);
  for (const one of packages) await access(one, constants.R_OK).catch(unreadable);
}

async function readSound(path: string): Promise<Payload> {
  const payload = await readPayload(path);
  const [problem] = checkLayout(payload);
  if (problem !== undefined) throw new UsageError('BAD_RELEASE', `--release ${path}: ${problem}`);
  return payload;
}

/** Machines ask for a package by its name. */
function requireNames(paths: readonly string[]): void {
  const names = paths.map((path) => basename(path));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new UsageError('BAD_RELEASE', `--release has two packages named ${twice}; rename one`);
}

function unreadable(cause: Error): never {
  throw new UsageError('BAD_RELEASE', `--release: cannot read a package: ${cause.message}`);
}

async function openPackages(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly UpdatePackage[]> {
  requireNames(paths);
  const opened: UpdatePackage[] = [];
  for (const path of paths) {
    const measured = await measure(path, signal).catch(unreadable);
    opened.push({ name: basename(path), path, ...measured });
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

async function kernelOf(payload: Payload, arch: Arch, signal: AbortSignal) {
  const bytes = findTarget(payload, 'kernel').info?.bytes ?? 0;
  if (bytes > maxKernelBytes) {
    const most = `a kernel has at most ${maxKernelBytes}`;
    throw new UsageError('BAD_RELEASE', `--release ${payload.path}: ${bytes} bytes; ${most}`);
  }
  const work = await makeTempDirectory('payload');
  try {
    const kernel = join(work, 'kernel');
    await extractKernel(payload, kernel);
    const { sha256: kernelSha256 } = await measure(kernel, signal);
    return { usrHash: await rootHashOf(payload, { kernel, arch }), kernelSha256 };
  } finally {
    await removeTree(work);
  }
}

interface Kernel {
  readonly kernel: string;
  readonly arch: Arch;
}

async function rootHashOf({ path }: Payload, { kernel, arch }: Kernel): Promise<string> {
  const hash = await readRootHash(kernel, arch).catch(() => '');
  if (/^[0-9a-f]{64}$/.test(hash)) return hash;
  const place = `its kernel has no root hash of /usr at byte ${rootHashAt[arch]}`;
  const next = `give a release that is for ${arch}, as the image is`;
  throw new UsageError('BAD_RELEASE', `--release ${path}: ${place}; ${next}`);
}

/** What is in a kernel file where Flatcar's boot loader looks for the root hash of /usr. */
export async function readRootHash(kernel: string, arch: Arch): Promise<string> {
  await using file = await open(kernel);
  const place = { position: rootHashAt[arch], bytes: rootHashBytes };
  return (await readAt(file, place)).toString('latin1');
}
