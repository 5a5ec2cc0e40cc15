/**
 * Reads what attempts have left. The thread waits for the disk, since it has no other work; through
 * promises thousands of small files cost more than what is in them.
 */

import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';

/** All below a directory, relative to it; none when it is not there. */
export function filesIn(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory, { encoding: 'utf8', recursive: true }) : [];
}

/** The last bytes of a file, and where in it they begin. */
export function readEnd(path: string, mostBytes: number): { bytes: Buffer; offset: number } {
  const { size } = statSync(path);
  const offset = Math.max(0, size - mostBytes);
  return { bytes: readPart(path, offset, size - offset), offset };
}

/** A part of a file; less when the file is shorter. */
export function readPart(path: string, from: number, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, from));
  } finally {
    closeSync(file);
  }
}
