/**
 * Offers that are made of a directory of channels: a machine is offered what its channel has at the
 * moment when it asks, and nothing whose bytes are not those that were promoted.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { InfrastructureError, toError } from '../../../harness/base/errors.js';
import { channelLayout, isChannelName } from '../../../harness/model/channel-layout.js';
import type { UpdateClient, UpdateOffer, UpdatePayload } from '../../../harness/model/updates.js';

/** Loose: who writes the directory may state more than a server needs. */
const releaseShape = z.object({
  version: z.string().regex(/^\d+\.\d+\.\d+/, 'is no version'),
  images: z.array(
    z.object({ arch: z.string(), payloadSha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});

/** The channels below a directory. */
export class ChannelOffers {
  readonly #root: string;
  /** Each payload is read once, by its digest: nobody may change what has that name. */
  readonly #payloads = new Map<string, Promise<UpdatePayload>>();
  /** A download may go on after the channel has moved. */
  readonly #announced = new Map<string, UpdateOffer>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * What the channel of this machine has for its board; undefined for a channel that nobody has
   * promoted to. Throws CHANNEL_UNREADABLE and WRONG_PAYLOAD (infrastructure).
   */
  async for({ track = '', board = '' }: UpdateClient): Promise<UpdateOffer | undefined> {
    const release = isChannelName(track) ? await this.#read(track) : undefined;
    const arch = board.replace(/-usr$/, '');
    const image = release?.images.find((one) => one.arch === arch);
    if (release === undefined || image === undefined) return undefined;
    const { payloadSha256: name } = image;
    const offer = { name, version: release.version, payload: await this.#payload(name) };
    this.#announced.set(name, offer);
    return offer;
  }

  /** What was offered under this name. */
  named(name: string): UpdateOffer | undefined {
    return this.#announced.get(name);
  }

  async #read(channel: string): Promise<z.infer<typeof releaseShape> | undefined> {
    const directory = join(this.#root, channel);
    const target = await readlink(join(directory, channelLayout.current)).catch(() => undefined);
    if (target === undefined) return undefined;
    const path = join(directory, target, channelLayout.release);
    try {
      return releaseShape.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (thrown) {
      const reason =
        thrown instanceof z.ZodError ? z.prettifyError(thrown) : toError(thrown).message;
      const message = `cannot read the channel ${channel}, ${path}: ${reason}`;
      throw new InfrastructureError('CHANNEL_UNREADABLE', message, { cause: thrown });
    }
  }

  async #payload(sha256: string): Promise<UpdatePayload> {
    const known = this.#payloads.get(sha256);
    if (known !== undefined) return await known;
    const reading = readPayloadFile(join(this.#root, channelLayout.payloads, sha256), sha256);
    this.#payloads.set(sha256, reading);
    // It may have been put there by the next time.
    reading.catch(() => this.#payloads.delete(sha256));
    return await reading;
  }
}

/** SHA-1 is what Omaha's `hash` is; engines compare both. */
async function readPayloadFile(path: string, sha256: string): Promise<UpdatePayload> {
  const hashes = { sha256: createHash('sha256'), sha1: createHash('sha1') };
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      for (const hash of Object.values(hashes)) hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
  } catch (thrown) {
    const message = `cannot read the payload ${path}: ${toError(thrown).message}`;
    throw new InfrastructureError('CHANNEL_UNREADABLE', message, { cause: thrown });
  }
  const seen = hashes.sha256.digest('hex');
  if (seen !== sha256) {
    const message = `the payload ${path} has the SHA-256 ${seen}, not that of its name`;
    throw new InfrastructureError('WRONG_PAYLOAD', message);
  }
  return { path, bytes, sha256, sha1: hashes.sha1.digest('hex'), signatureBytes: 0 };
}
