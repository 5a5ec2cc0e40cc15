/**
 * Container images and static programs run on any OS of their architecture. An image that comes without
 * them is lent those of the reference image, so that its suites run on a real Flatcar too.
 */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Image, ImageExtra } from '../harness/model/image.js';
import { listImages } from './catalogue.js';
import { notAnImage } from './image-errors.js';
import { verifyFile } from './verify-file.js';

/** What an image may be lent, with absolute paths, and the image that has it. */
export interface Loan {
  readonly lender: Image;
  readonly extras: readonly ImageExtra[];
}

/** What runs anywhere; a sysext is made for the OS that it extends. */
const portable: ReadonlySet<ImageExtra['type']> = new Set(['oci-archive', 'program']);

/**
 * What the image lacks of the portable extras of the newest reference image in the cache that has the
 * same architecture; undefined when that is nothing.
 */
export async function findLoan(image: Image, cacheDirectory: string): Promise<Loan | undefined> {
  const wanted = `reference-${image.descriptor.arch}`;
  const listed = await listImages(cacheDirectory);
  const images = listed.flatMap((one) => (one.kind === 'image' ? [one.image] : []));
  const lender = images.find(({ descriptor: { name } }) => name === wanted);
  const extras = lender ? lacking(image, lender) : [];
  return lender && extras.length > 0 ? { lender, extras } : undefined;
}

function lacking({ descriptor }: Image, lender: Image): readonly ImageExtra[] {
  const own = new Set(descriptor.extras.map(({ name }) => name));
  const lentBy = lender.descriptor.name;
  return lender.descriptor.extras
    .filter(({ name, type }) => portable.has(type) && !own.has(name))
    .map((extra) => ({ ...extra, file: join(lender.directory, extra.file), lentBy }));
}

/** The image with what it is lent. Throws NOT_AN_IMAGE and IMAGE_DIGEST_MISMATCH (usage). */
export async function takeLoan(
  image: Image,
  { extras }: Loan,
  options: { readonly cacheDirectory: string; readonly signal: AbortSignal },
): Promise<Image> {
  for (const { file, sizeBytes, sha256 } of extras) {
    const found = await stat(file).catch(() => undefined);
    if (found?.size !== sizeBytes) {
      const next = 'build the reference image again';
      throw notAnImage(file, 'it is not what its descriptor says', { next });
    }
    await verifyFile(file, { algorithm: 'sha256', digest: sha256 }, options);
  }
  const { descriptor } = image;
  return { ...image, descriptor: { ...descriptor, extras: [...descriptor.extras, ...extras] } };
}
