/**
 * `yard images rm` and `yard images gc`: removing from the cache what can be fetched or built again.
 */

import { basename } from 'node:path';
import { listImages } from '../../../images/catalogue.js';
import { collectCache, removeImage } from '../../../images/store/collect.js';
import { defined, UsageError } from '../../base/errors.js';
import { cacheDirectory } from '../../base/run-dir.js';
import { watchInterrupts } from '../interrupt.js';

/** Removes images in their order. Throws IMAGE_NOT_FOUND, AMBIGUOUS_IMAGE, IMAGE_IN_USE (usage). */
export async function removeImagesCommand(names: readonly string[]): Promise<void> {
  using interrupt = watchInterrupts();
  const cache = cacheDirectory();
  const directories = await Promise.all(names.map(async (name) => await locate(cache, name)));
  for (const directory of new Set(directories)) {
    await removeImage(cache, directory, interrupt.signal);
    print(`removed ${basename(directory)}`);
  }
}

/** A name that means several images removes none of them. */
async function locate(cache: string, name: string): Promise<string> {
  const found = (await listImages(cache)).flatMap((listing) => {
    const directory = listing.kind === 'image' ? listing.image.directory : listing.directory;
    const own = listing.kind === 'image' ? listing.image.descriptor : undefined;
    const names = [directory, basename(directory), own?.name, own?.version];
    return names.includes(name) ? [directory] : [];
  });
  const [directory] = found;
  if (directory !== undefined && found.length === 1) return directory;
  if (directory === undefined) {
    throw new UsageError('IMAGE_NOT_FOUND', `image ${name} is not there; see ./yard images ls`);
  }
  const choices = found.map((one) => basename(one)).join(', ');
  const seen = `image ${name}: expected one, seen ${found.length}`;
  throw new UsageError('AMBIGUOUS_IMAGE', `${seen}; name one of ${choices}`);
}

/** What the user said to `yard images gc`. */
export interface CollectImagesOptions {
  readonly olderThan?: number;
  readonly maxSize?: number;
  readonly dryRun?: boolean;
}

/** Removes what the limits let go. Throws NO_LIMIT (usage) without a limit. */
export async function collectImagesCommand(options: CollectImagesOptions): Promise<void> {
  const { olderThan, maxSize, dryRun = false } = options;
  if (olderThan === undefined && maxSize === undefined) {
    const message = 'say what may go: --older-than DAYS, --max-size GiB, or both';
    throw new UsageError('NO_LIMIT', message);
  }
  using interrupt = watchInterrupts();
  const maxTotalBytes = maxSize === undefined ? undefined : maxSize * 2 ** 30;
  const policy = defined({ maxAgeDays: olderThan, maxTotalBytes });
  const cache = cacheDirectory();
  const { signal } = interrupt;
  const { removed, busy } = await collectCache({ cacheDirectory: cache, policy, dryRun, signal });
  const verb = dryRun ? 'would remove' : 'removed';
  for (const { entry, reason } of removed) {
    print(`${verb} ${entry.name}, ${(entry.sizeBytes / 2 ** 20).toFixed(1)} MiB: ${reason}`);
  }
  for (const { name } of busy) print(`in use: ${name}`);
  if (removed.length === 0) print('nothing to remove');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
