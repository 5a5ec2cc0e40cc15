/**
 * Release files that are compressed, unpacked while they are read: by the host's program, which is
 * several times faster, or in JavaScript where there is none.
 */

import { Duplex } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { execa } from 'execa';
import bzip2 from 'unbzip2-stream';
import { refused } from './fetch-errors.js';

interface Compression {
  readonly extension: string;
  readonly tool: string;
  readonly fallback?: () => Duplex;
}

const compressions: readonly Compression[] = [
  { extension: '.bz2', tool: 'bzip2', fallback: () => Duplex.from(bunzip) },
  { extension: '.gz', tool: 'gzip', fallback: () => createGunzip() },
  { extension: '.xz', tool: 'xz' },
  { extension: '.zst', tool: 'zstd' },
];

/** Undefined for what is used as it is, as an initial archive is: the kernel unpacks it. */
function compressionOf(name: string): Compression | undefined {
  if (/\.cpio\.\w+$/.test(name)) return undefined;
  return compressions.find(({ extension }) => name.endsWith(extension));
}

/** The name without the extension of a compression that is to be unpacked, if it has one. */
export function unpackedName(name: string): string {
  const found = compressionOf(name);
  return found === undefined ? name : name.slice(0, -found.extension.length);
}

/**
 * A stream from the packed bytes to the unpacked ones; undefined for a name without such an extension.
 * Throws BAD_FETCH (usage) when nothing here can unpack it.
 */
export async function unpacker(
  name: string,
  options: { readonly tools?: boolean } = {},
): Promise<Duplex | undefined> {
  const found = compressionOf(name);
  if (found === undefined) return undefined;
  const { tool, fallback } = found;
  if (options.tools !== false && (await isInstalled(tool))) return toolStream(tool);
  if (fallback !== undefined) return fallback();
  throw refused('BAD_FETCH', `${name} can't be unpacked here`, `install package ${tool}`);
}

async function isInstalled(tool: string): Promise<boolean> {
  const { exitCode } = await execa(tool, ['--version'], { reject: false, stdin: 'ignore' });
  return exitCode === 0;
}

function toolStream(tool: string): Duplex {
  const child = execa(tool, ['-dc'], { stdin: 'pipe', buffer: false, encoding: 'buffer' });
  return child.duplex({ binary: true });
}

/** A block of zeros packs into some 40 bytes: a large piece could become more than fits in memory. */
const pieceBytes = 4 * 1024;

/** The package decodes and emits while it is written to, and knows no back pressure: this adds it. */
async function* bunzip(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = bzip2();
  const ready: Buffer[] = [];
  const errors: Error[] = [];
  decoder.on('data', (chunk: Buffer) => ready.push(chunk));
  decoder.on('error', (error: Error) => errors.push(error));
  for await (const chunk of packed) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      decoder.write(chunk.subarray(at, at + pieceBytes));
      if (errors[0]) throw errors[0];
      yield* ready.splice(0);
    }
  }
  decoder.end();
  if (errors[0]) throw errors[0];
  yield* ready.splice(0);
}
