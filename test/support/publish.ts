/**
 * Puts files onto a release server of the tests, with what belongs beside them.
 */

import type { FileServer } from './file-server.js';
import { detachedSignature, SignedFiles, type SigningKey } from './release-signatures.js';

/** Whose signature it has, and of when; default: of now. */
export interface Publisher {
  readonly server: FileServer;
  readonly key: SigningKey;
  readonly date?: Date | undefined;
}

/** A file with its signature and digests. */
export async function publishFile(
  { server, key, date }: Publisher,
  path: string,
  bytes: Buffer,
): Promise<void> {
  const signed = new SignedFiles(key, date);
  await signed.add(path, bytes);
  for (const [name, content] of signed.map) server.files.set(name, content);
}

/** `version.txt` of a directory, which says which release that is. */
export async function publishVersion(
  { server, key }: Publisher,
  directory: string,
  version: string,
): Promise<void> {
  const text = Buffer.from(`FLATCAR_VERSION=${version}\nFLATCAR_VERSION_ID=${version}\n`);
  const path = `${directory}/version.txt`;
  server.files.set(path, text);
  server.files.set(`${path}.sig`, await detachedSignature(text, key));
}
