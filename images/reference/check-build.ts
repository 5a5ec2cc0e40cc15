/**
 * Shows that the reference image is reproducible: builds it a second time from nothing but the same
 * packages, beside the cache, and compares every file of the two bit for bit.
 */

import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfFile } from '../../harness/base/hash-file.js';
import { ownedName } from '../../harness/base/owned-name.js';
import { makeTempDirectory, removeTree } from '../../harness/base/run-dir.js';
import type { Image } from '../../harness/model/image.js';
import { openDisk, readGpt } from '../disk-reader.js';
import { type Gpt, sectorBytes } from '../gpt.js';
import { tryTool } from '../run-tool.js';
import type { BuildOptions } from './build-options.js';
import { buildReferenceImage } from './build-reference-image.js';
import { removeBuilt } from './toolbox.js';

/** A file of which the two builds do not have the same, and how that shows. */
export interface BuildDifference {
  readonly file: string;
  readonly what: string;
}

/** What was compared. */
export interface BuildCheck {
  readonly image: Image;
  readonly files: number;
  readonly differences: readonly BuildDifference[];
}

/** Packages are downloaded once: what a mirror has since got newer is no fault of the builder. */
const packageCache = join('reference', 'packages');

/**
 * Builds (if it is not cached) and builds again. Takes minutes, and some GiB beside the cache for as
 * long. Throws what {@link buildReferenceImage} throws.
 */
export async function checkReferenceBuild(options: BuildOptions): Promise<BuildCheck> {
  const { cacheDir, signal } = options;
  const image = await buildReferenceImage(options);
  const other = join(cacheDir, ownedName('check'));
  await mkdir(other, { mode: 0o700 });
  try {
    await cp(join(cacheDir, packageCache), join(other, packageCache), { recursive: true });
    const again = await buildReferenceImage({ ...options, cacheDir: other });
    const differences = await compareBuilds(image.directory, again.directory, signal);
    return { image, files: (await filesOf(image.directory)).length, differences };
  } finally {
    // Its files may belong to mapped users. Whoever interrupts a build wants it gone as well.
    await removeBuilt(other, AbortSignal.timeout(120_000));
  }
}

/** Every file that is not the same in both directories, by its name. */
export async function compareBuilds(
  one: string,
  other: string,
  signal: AbortSignal,
): Promise<readonly BuildDifference[]> {
  const [ours, theirs] = [await filesOf(one), await filesOf(other)];
  const differences: BuildDifference[] = [];
  for (const file of [...new Set([...ours, ...theirs])].sort()) {
    signal.throwIfAborted();
    if (!theirs.includes(file)) differences.push({ file, what: 'only the first build has it' });
    else if (!ours.includes(file)) differences.push({ file, what: 'only the second build has it' });
    else if ((await sha256OfFile(join(one, file))) !== (await sha256OfFile(join(other, file)))) {
      differences.push({
        file,
        what: await whereDifferent(join(one, file), join(other, file), signal),
      });
    }
  }
  return differences;
}

async function filesOf(directory: string): Promise<readonly string[]> {
  return (await readdir(directory)).sort();
}

/** Of a disk the first partition that differs, by qemu-img(1), whose files may have the same contents. */
async function whereDifferent(one: string, other: string, signal: AbortSignal): Promise<string> {
  if (!one.endsWith('.qcow2')) return 'its bytes differ';
  const call = { tool: 'qemu-img', package: 'qemu-utils', signal };
  const { stdout } = await tryTool({ ...call, arguments: ['compare', '-f', 'qcow2', one, other] });
  const offset = /mismatch at offset (\d+)/.exec(stdout.toString())?.[1];
  if (offset === undefined) return 'the same disk, but another file';
  return placeOnDisk(Number(offset), await tableOf(one, signal));
}

async function tableOf(path: string, signal: AbortSignal): Promise<Gpt> {
  const directory = await makeTempDirectory('check');
  try {
    return await readGpt(await openDisk(path, signal), { directory, signal });
  } finally {
    await removeTree(directory);
  }
}

/** Where a byte of a disk lies, in words. */
export function placeOnDisk(offset: number, { partitions }: Pick<Gpt, 'partitions'>): string {
  const sector = Math.floor(offset / sectorBytes);
  const inside = partitions.find(({ firstSector, sectors }) => {
    return sector >= firstSector && sector < firstSector + sectors;
  });
  const where = inside ? `partition ${inside.number} (${inside.label})` : 'no partition';
  return `first at byte ${offset}, in ${where}`;
}
