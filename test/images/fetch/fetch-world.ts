/**
 * A release server for one test, and what fetching from it came to.
 */

import { readdir, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Test } from 'tap';
import { HarnessError } from '../../../harness/base/errors.js';
import { poll } from '../../../harness/base/poll.js';
import type { FetchRequest } from '../../../images/fetch/fetch-image.js';
import { ReleaseWorld } from '../../support/release-world.js';
import { skipUnless } from '../test-disk.js';

export const { signal } = new AbortController();

export const skip = await skipUnless('sgdisk', 'mkfs.erofs', 'mformat', 'mkfs.ext4', 'qemu-img');

/** A world for one test, gone with it. */
export async function worldFor(t: Test): Promise<ReleaseWorld> {
  const world = await ReleaseWorld.make(t.testdir());
  t.teardown(async () => await world.close());
  await world.publish();
  return world;
}

/** The error of a fetch, which must be one line and leave no image behind. */
export async function refusal(
  world: ReleaseWorld,
  fields: Partial<FetchRequest> = {},
): Promise<HarnessError> {
  const thrown: unknown = await world.fetch(fields).catch((error: unknown) => error);
  if (!(thrown instanceof HarnessError)) throw new Error('it was fetched', { cause: thrown });
  if (thrown.message.includes('\n')) throw new Error(`not one line: ${thrown.message}`);
  return thrown;
}

export async function images(world: ReleaseWorld): Promise<readonly string[]> {
  return await readdir(join(world.cacheDirectory, 'images')).catch(() => []);
}

/** Cuts when the bytes have reached the disk: what is still on its way is lost with a connection. */
export async function sendAndCut(
  { cacheDirectory }: ReleaseWorld,
  response: ServerResponse,
  bytes: Buffer,
): Promise<void> {
  const objects = join(cacheDirectory, 'objects');
  const look = async () => {
    const [name = ''] = (await readdir(objects)).filter((one) => one.endsWith('.part'));
    return await stat(join(objects, name)).catch(() => undefined);
  };
  const before = await look();
  response.write(bytes);
  await poll(async () => ((await look())?.mtimeMs !== before?.mtimeMs ? true : undefined), {
    signal,
    intervalMs: 5,
  });
  response.destroy();
}
