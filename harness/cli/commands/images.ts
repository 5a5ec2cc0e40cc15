/**
 * `yard images`: what is in the cache, building the reference image, and describing any image.
 */

import { type ImageListing, inspectImage, listImages } from '../../../images/catalogue.js';
import { type BuildCheck, checkReferenceBuild } from '../../../images/reference/check-build.js';
import { UsageError } from '../../base/errors.js';
import { stderrLogger } from '../../base/logger.js';
import { cacheDirectory } from '../../base/run-dir.js';
import { openForRun, usesReference } from '../image.js';
import { watchInterrupts } from '../interrupt.js';
import { type MachineOptions, toSettings } from '../options.js';
import { prepareHost } from '../prepare-host.js';

/** Prints a line per image, newest first, or `{ schema, images: […] }` with `--json`. */
export async function listImagesCommand(options: { readonly json?: boolean }): Promise<void> {
  const images = await listImages(cacheDirectory());
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ schema: 1, images }, null, 2)}\n`);
    return;
  }
  const lines = images.map(describeListing);
  const text =
    lines.length === 0 ? 'no images; make one with: ./yard images build' : lines.join('\n');
  process.stdout.write(`${text}\n`);
}

function describeListing(listing: ImageListing): string {
  if (listing.kind === 'broken') return `broken: ${listing.directory}: ${listing.problem}`;
  const { directory, descriptor } = listing.image;
  const { name, version, channel, disk } = descriptor;
  return `${name} ${version} ${channel} ${mebibytes(disk.sizeBytes)} ${directory}`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

/** What the user said to `yard images build`. */
export interface BuildImageOptions extends MachineOptions {
  readonly check?: boolean;
}

/**
 * Builds the reference image unless it is cached, and prints its directory on stdout. With `--check`
 * builds it once more and compares; returns the exit status, 1 when the two differ.
 */
export async function buildImageCommand(options: BuildImageOptions): Promise<number> {
  using interrupt = watchInterrupts();
  const { signal } = interrupt;
  const settings = await toSettings(options);
  if (options.check && !usesReference(settings)) {
    throw new UsageError('BAD_ARGUMENT', '--check builds the reference image; leave --image out');
  }
  const logger = stderrLogger('normal');
  const preparation = { settings, logger, signal, mayInstall: options.install };
  await prepareHost({ ...preparation, builds: options.check ?? false });
  const image = await openForRun({ settings, logger, signal });
  process.stdout.write(`${image.directory}\n`);
  if (!options.check) return 0;
  const { mirror } = settings;
  const build = { cacheDir: cacheDirectory(), signal, log: (line: string) => logger.info(line) };
  const check = await checkReferenceBuild({ ...build, ...(mirror ? { mirror } : {}) });
  process.stdout.write(renderBuildCheck(check));
  return check.differences.length === 0 ? 0 : 1;
}

function renderBuildCheck({ files, differences }: BuildCheck): string {
  if (differences.length === 0) return `built twice: all ${files} files the same, bit for bit\n`;
  const lines = differences.map(({ file, what }) => `  ${file}: ${what}`);
  return [`built twice: ${differences.length} files are not the same`, ...lines, ''].join('\n');
}

/** Prints the descriptor and the partition table as one JSON object. */
export async function inspectImageCommand(name: string): Promise<void> {
  using interrupt = watchInterrupts();
  const options = { cacheDirectory: cacheDirectory(), signal: interrupt.signal };
  const inspection = await inspectImage(name, options);
  process.stdout.write(`${JSON.stringify({ schema: 1, ...inspection }, null, 2)}\n`);
}
