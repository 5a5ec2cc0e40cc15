/** Makes bytes wrong on purpose. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { UpdatePayload } from '../../../harness/model/updates.js';

/** Which bytes of a file are to be inverted; offsets in the whole file. */
export interface Spoiled {
  readonly start: number;
  /** One past the last. */
  readonly end: number;
}

/** A copy of a chunk that lies at `position` in its file. */
export function spoil(chunk: Uint8Array, position: number, { start, end }: Spoiled): Buffer {
  const bytes = Buffer.from(chunk);
  const last = Math.min(bytes.length, end - position);
  for (let index = Math.max(0, start - position); index < last; index += 1) {
    bytes[index] = (bytes[index] ?? 0) ^ 0xff;
  }
  return bytes;
}

/** The last half of the signatures: the frame around them stays readable. */
export function signatureTail({ bytes, signatureBytes }: UpdatePayload): Spoiled {
  return { start: bytes - Math.floor(signatureBytes / 2), end: bytes };
}

/** The digests of a payload with a spoiled signature, so that only the signature is wrong with it. */
export async function spoiledDigests(
  payload: UpdatePayload,
): Promise<{ readonly sha256: string; readonly sha1: string }> {
  const tail = signatureTail(payload);
  const [sha256, sha1] = [createHash('sha256'), createHash('sha1')];
  let position = 0;
  for await (const chunk of createReadStream(payload.path, { highWaterMark: 2 ** 20 })) {
    const bytes = spoil(chunk as Buffer, position, tail);
    for (const hash of [sha256, sha1]) hash.update(bytes);
    position += bytes.length;
  }
  return { sha256: sha256.digest('hex'), sha1: sha1.digest('hex') };
}
