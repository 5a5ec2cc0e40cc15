/**
 * A qcow2 file may name others, whose bytes a machine reads through it and no digest covers: any file
 * of the host, or of the network. An image of somebody else must not bring that along.
 */

import { open } from 'node:fs/promises';
import { type Disk, openDisk, qcow2Magic } from './disk-reader.js';
import { fileFact } from './file-fact.js';
import type { DigestOptions } from './verify-file.js';

/**
 * Throws NOT_AN_IMAGE (usage) for a qcow2 file that is not complete by itself; returns its size as a
 * disk in bytes. Undefined for any other file. What was found is remembered: this is asked at each start.
 */
export async function requireWhole(
  path: string,
  { cacheDirectory, signal }: DigestOptions,
): Promise<Disk['virtualBytes'] | undefined> {
  if (!(await isQcow2(path))) return undefined;
  const fact = await fileFact(cacheDirectory, 'whole', path);
  const known = await fact.read();
  if (typeof known === 'number') return known;
  const { virtualBytes } = await openDisk(path, signal);
  await fact.write(virtualBytes);
  return virtualBytes;
}

async function isQcow2(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('hex', 0, bytesRead) === qcow2Magic;
  } finally {
    await file.close();
  }
}
