/**
 * Which bytes of a release an audit has looked at, and whether an image is made of these.
 */

import type { AuditedAsset } from '../../../images/audit/audit-release.js';
import { type Variant, variantFiles } from '../../../images/fetch/release-names.js';
import { notServed, readFetched, type ServedFiles } from '../../../images/fetch/stored-images.js';
import type { Arch, Image } from '../../model/image.js';

/** What was found of the files of one architecture. */
export interface AuditedBoard {
  readonly arch: Arch;
  readonly audited: readonly AuditedAsset[];
}

/** The files of a variant; of one that may have several names the first that was looked at. */
export function auditedFiles(variant: Variant, { arch, audited }: AuditedBoard): ServedFiles {
  const digests = new Map(audited.map(({ name, sha512 }) => [name, sha512]));
  const files = variantFiles[variant].flatMap((names) => {
    const found = names.flatMap((name) => {
      const sha512 = digests.get(`${arch}-usr/${name}`);
      return sha512 === undefined ? [] : [[name, sha512] as const];
    });
    return found.slice(0, 1);
  });
  return new Map(files);
}

/** What keeps a fetched image from being booted for an audit; undefined when all its files were audited. */
export async function otherBytes(
  { directory }: Image,
  served: ServedFiles,
): Promise<string | undefined> {
  const record = await readFetched(directory);
  const other = record === undefined ? 'the image' : notServed(record, served);
  if (other === undefined) return undefined;
  return `it can't be booted: ${other} came with other bytes than were audited`;
}
