/**
 * Opens a disk file: with the descriptor beside it where there is one, otherwise with one that is
 * made from the disk itself and remembered.
 */

import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Image } from '../harness/model/image.js';
import { describeDisk } from './describe.js';
import { descriptorFile, descriptorSchema } from './descriptor-file.js';
import { openDisk } from './disk-reader.js';
import { fileFact } from './file-fact.js';
import { openImageDirectory } from './open-image-directory.js';
import { type OpenImageOptions, verifyWanted } from './open-options.js';
import { digestFile } from './verify-file.js';

/** Raised when describe.ts finds out more or something else, so that old answers are not used. */
const descriptionTopic = 'description-3';

/** Throws NOT_AN_IMAGE, IMAGE_DIGEST_MISMATCH or MISSING_PACKAGES (all usage). */
export async function openDiskFile(path: string, options: OpenImageOptions): Promise<Image> {
  const directory = dirname(path);
  if (await isDescribedBeside(path)) return await openImageDirectory(directory, options);
  const disk = await openDisk(path, options.signal);
  await verifyWanted(path, options);
  const fact = await fileFact(options.cacheDirectory, descriptionTopic, path);
  const known = descriptorSchema.safeParse(await fact.read());
  if (known.success) return { directory, descriptor: known.data };
  const sha256 = await digestFile(path, 'sha256', options.signal);
  const { size: sizeBytes } = await stat(path);
  const descriptor = await describeDisk(disk, { sizeBytes, sha256 }, options.signal);
  await fact.write(descriptor);
  return { directory, descriptor };
}

/** Whether a descriptor in the same directory speaks of this very file. */
export async function isDescribedBeside(path: string): Promise<boolean> {
  try {
    const text = await readFile(join(dirname(path), descriptorFile), 'utf8');
    return JSON.parse(text)?.disk?.file === basename(path);
  } catch {
    return false;
  }
}
