/**
 * What the files of a template contain, by a checksum for each MiB. Sizes and times alone do not tell a disk
 * that has changed some bytes.
 */

import { open, stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

const chunkBytes = 2 ** 20;
const empty = Buffer.alloc(chunkBytes);

/** The CRC-32 of each MiB of a file, 0 for one of zeros alone. Throws what reading it throws. */
export async function checksumsOf(path: string): Promise<readonly number[]> {
  const { size } = await stat(path);
  return await readChunks(path, [...Array(Math.ceil(size / chunkBytes)).keys()]);
}

/**
 * The byte at which the first MiB begins that is not what it was; undefined if all are. What was zeros alone
 * is not looked at: a sparse file has nothing there, and reading it would fill the host's memory.
 */
export async function firstChange(
  path: string,
  checksums: readonly number[],
): Promise<number | undefined> {
  const written = [...checksums.keys()].filter((index) => checksums[index] !== 0);
  const now = await readChunks(path, written);
  const changed = written.find((index, n) => now[n] !== checksums[index]);
  return changed === undefined ? undefined : changed * chunkBytes;
}

async function readChunks(path: string, indices: readonly number[]): Promise<readonly number[]> {
  await using file = await open(path);
  const chunk = Buffer.alloc(chunkBytes);
  const checksums: number[] = [];
  for (const index of indices) {
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, index * chunkBytes);
    checksums.push(checksumOf(chunk.subarray(0, bytesRead)));
  }
  return checksums;
}

function checksumOf(chunk: Buffer): number {
  return chunk.equals(empty.subarray(0, chunk.length)) ? 0 : crc32(chunk);
}
