/**
 * What the ways to open an image have in common: the options, and the check of wanted digests.
 */

import { type DigestOptions, verifyFile } from './verify-file.js';

/** How to open an image; the cache directory also holds built images, in `images/`. */
export interface OpenImageOptions extends DigestOptions {
  /** Digests that the disk file must have, in hexadecimal. */
  readonly sha256?: string;
  readonly sha512?: string;
}

/** Throws IMAGE_DIGEST_MISMATCH (usage) unless the disk has the digests that were asked for. */
export async function verifyWanted(path: string, options: OpenImageOptions): Promise<void> {
  for (const algorithm of ['sha256', 'sha512'] as const) {
    const digest = options[algorithm];
    if (digest !== undefined) await verifyFile(path, { algorithm, digest }, options);
  }
}
