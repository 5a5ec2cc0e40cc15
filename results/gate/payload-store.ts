/**
 * Payloads beside channels, by their digest, so that what a channel's release names is what a machine
 * gets.
 */

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { toError, UsageError } from '../../harness/base/errors.js';
import { channelLayout } from '../../harness/model/channel-layout.js';

/**
 * Copies a payload to where the channels below `root` find it, and returns its SHA-256. Doing it
 * twice changes nothing. Throws PAYLOAD_UNREADABLE (usage).
 */
export async function keepPayload(root: string, file: string): Promise<string> {
  const folder = join(root, channelLayout.payloads);
  await mkdir(folder, { recursive: true });
  const partial = join(folder, `.${randomUUID()}`);
  try {
    const sha256 = await copyHashed(file, partial);
    // In place of one that was damaged as well.
    await rename(partial, join(folder, sha256));
    return sha256;
  } catch (thrown) {
    const message = `cannot keep the payload ${file}: ${toError(thrown).message}`;
    throw new UsageError('PAYLOAD_UNREADABLE', message, { cause: thrown });
  } finally {
    await rm(partial, { force: true });
  }
}

async function copyHashed(from: string, to: string): Promise<string> {
  const hash = createHash('sha256');
  const hashed = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(createReadStream(from), hashed, createWriteStream(to, { flush: true }));
  return hash.digest('hex');
}
