/**
 * Opens an image that has a descriptor: every file must be there with the size and the digest that
 * the descriptor promises.
 */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Image, ImageDescriptor, ImageFile } from '../harness/model/image.js';
import { readDescriptor } from './descriptor-file.js';
import { notAnImage } from './image-errors.js';
import { type OpenImageOptions, verifyWanted } from './open-options.js';
import { requireWhole } from './require-whole.js';
import { verifyFile } from './verify-file.js';

/** Throws NOT_AN_IMAGE or IMAGE_DIGEST_MISMATCH (both usage). */
export async function openImageDirectory(
  directory: string,
  options: OpenImageOptions,
): Promise<Image> {
  const descriptor = await readDescriptor(directory);
  const files = [descriptor.disk, ...descriptor.extras];
  for (const file of files) await checkSize(directory, file);
  await checkDisks(directory, descriptor, options);
  await verifyWanted(join(directory, descriptor.disk.file), options);
  for (const { file, sha256 } of files) {
    const expected = { algorithm: 'sha256', digest: sha256 } as const;
    await verifyFile(join(directory, file), expected, options);
  }
  return { directory, descriptor };
}

/** The disk must be what the descriptor says, and no file may bring others along. */
async function checkDisks(
  directory: string,
  { disk, extras }: ImageDescriptor,
  options: OpenImageOptions,
): Promise<void> {
  const virtualBytes = await requireWhole(join(directory, disk.file), options);
  for (const { file } of extras) await requireWhole(join(directory, file), options);
  if (virtualBytes === undefined) return;
  const found = { format: 'qcow2', virtualBytes };
  if (disk.format === found.format && disk.virtualBytes === virtualBytes) return;
  const said = `${disk.format} of ${disk.virtualBytes} bytes`;
  const is = `${found.format} of ${virtualBytes}`;
  throw notAnImage(directory, `its descriptor says ${said}, and ${disk.file} is ${is}`);
}

/** Cheap, and finds a download that was cut off before its gigabytes are read. */
async function checkSize(directory: string, file: ImageFile): Promise<void> {
  const found = await stat(join(directory, file.file)).catch(() => undefined);
  const next = 'build or download the image again';
  if (!found?.isFile()) throw notAnImage(directory, `its file ${file.file} is missing`, { next });
  if (found.size === file.sizeBytes) return;
  const sizes = `should have ${file.sizeBytes} bytes and has ${found.size}`;
  throw notAnImage(directory, `its file ${file.file} ${sizes}`, { next });
}
