/**
 * Container images and static programs run on any OS of their architecture. An image that comes without
 * them is lent those of the reference image, so that its suites run on a real Flatcar too.
 */

import { join } from 'node:path';
import type { Image, ImageExtra } from '../harness/model/image.js';
import { listImages } from './catalogue.js';
import { verifyFile } from './verify-file.js';

/** An image with what it was lent, and the image that lends it. */
export interface LentExtras {
  readonly image: Image;
  readonly lender?: Image;
  /** Names of what was lent. */
  readonly names: readonly string[];
}

/** What runs anywhere; a sysext is made for the OS that it extends. */
const portable: ReadonlySet<ImageExtra['type']> = new Set(['oci-archive', 'program']);

/**
 * Adds what the image lacks of the portable extras of the newest reference image in the cache that has
 * the same architecture; nothing when there is none. Throws IMAGE_DIGEST_MISMATCH (usage).
 */
export async function withLentExtras(
  image: Image,
  options: { readonly cacheDirectory: string; readonly signal: AbortSignal },
): Promise<LentExtras> {
  const lender = await findLender(image, options.cacheDirectory);
  const lent = lender ? lacking(image, lender) : [];
  if (!lender || lent.length === 0) return { image, names: [] };
  for (const { file, sha256 } of lent) {
    await verifyFile(file, { algorithm: 'sha256', digest: sha256 }, options);
  }
  const { descriptor } = image;
  const extras = [...descriptor.extras, ...lent];
  const names = lent.map(({ name }) => name);
  return { image: { ...image, descriptor: { ...descriptor, extras } }, lender, names };
}

async function findLender({ descriptor }: Image, cache: string): Promise<Image | undefined> {
  const wanted = `reference-${descriptor.arch}`;
  const listed = await listImages(cache);
  const images = listed.flatMap((one) => (one.kind === 'image' ? [one.image] : []));
  return images.find(({ descriptor: { name } }) => name === wanted);
}

/** With absolute paths. */
function lacking({ descriptor }: Image, lender: Image): readonly ImageExtra[] {
  const own = new Set(descriptor.extras.map(({ name }) => name));
  return lender.descriptor.extras
    .filter(({ name, type }) => portable.has(type) && !own.has(name))
    .map((extra) => ({ ...extra, file: join(lender.directory, extra.file) }));
}
