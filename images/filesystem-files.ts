/**
 * Takes chosen files out of a file system that lies in a plain file, without mounting and without
 * root: each kind by the tool of its own package.
 */

import { mkdir, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runTool, tryTool } from './run-tool.js';

/** The file systems that images use for slots, OEM and ESP. */
export type FilesystemKind = 'btrfs' | 'erofs' | 'ext' | 'fat' | 'squashfs';

interface Signature {
  readonly kind: FilesystemKind;
  readonly at: number;
  readonly hex: string;
}

/** Sources: the kernel's magic.h and the super block layouts of each file system. */
const signatures: readonly Signature[] = [
  { kind: 'squashfs', at: 0, hex: '68737173' },
  { kind: 'erofs', at: 1024, hex: 'e2e1f5e0' },
  { kind: 'ext', at: 1080, hex: '53ef' },
  { kind: 'btrfs', at: 0x10040, hex: '5f42485266535f4d' },
  { kind: 'fat', at: 54, hex: '464154' },
  { kind: 'fat', at: 82, hex: '464154' },
];

const longestSignature = 0x10048;

/** Recognises a file system by its magic; undefined for an empty or unknown one. */
export async function detectFilesystem(file: string): Promise<FilesystemKind | undefined> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(longestSignature), 0, longestSignature, 0);
    return signatures.find(({ at, hex }) => buffer.toString('hex', at, at + hex.length / 2) === hex)
      ?.kind;
  } finally {
    await handle.close();
  }
}

/** What to copy out of which file. */
export interface Extraction {
  readonly filesystem: string;
  readonly kind: FilesystemKind;
  /** Files or whole directories, relative to the root of the file system; absent ones are fine. */
  readonly paths: readonly string[];
  /** Made here; holds the same paths afterwards, and may hold more. */
  readonly into: string;
  readonly signal: AbortSignal;
}

/** Copies what there is of the paths. Throws TOOL_FAILED, or MISSING_PACKAGES (usage). */
export async function extractFiles(extraction: Extraction): Promise<void> {
  await mkdir(extraction.into, { recursive: true });
  await extractors[extraction.kind](extraction);
}

const extractors: Readonly<Record<FilesystemKind, (job: Extraction) => Promise<void>>> = {
  btrfs: extractBtrfs,
  erofs: extractErofs,
  ext: extractExt,
  fat: extractFat,
  squashfs: extractSquashfs,
};

async function extractBtrfs({ filesystem, paths, into, signal }: Extraction): Promise<void> {
  const args = ['restore', '--path-regex', pathRegex(paths), filesystem, into];
  await runTool({ tool: 'btrfs', package: 'btrfs-progs', arguments: args, signal });
}

/**
 * btrfs restore wants a pattern that also matches each parent:
 * `^/(|lib(|/os-release(|/.*)))$` (btrfs-restore(8)).
 */
function pathRegex(paths: readonly string[]): string {
  const nested = paths.map((path) =>
    path
      .split('/')
      .map((part) => part.replace(/[.+*?()[\]{}|^$\\]/g, '\\$&'))
      .reduceRight((inner, part, depth) => `${depth === 0 ? '' : '/'}${part}(|${inner})`, '/.*'),
  );
  return `^/(|${nested.join('|')})$`;
}

/** The whole tree: the fsck.erofs of Debian 12 cannot choose. */
async function extractErofs({ filesystem, into, signal }: Extraction): Promise<void> {
  const args = [`--extract=${into}`, '--overwrite', '--no-preserve', filesystem];
  await runTool({ tool: 'fsck.erofs', package: 'erofs-utils', arguments: args, signal });
}

/** Status 2 means that a path is absent (unsquashfs(1)); nothing else tells that apart. */
async function extractSquashfs({ filesystem, paths, into, signal }: Extraction): Promise<void> {
  const args = ['-no-progress', '-no-xattrs', '-force', '-dest', into, filesystem, ...paths];
  const call = { tool: 'unsquashfs', package: 'squashfs-tools', arguments: args, signal };
  const { status } = await tryTool(call);
  if (status !== 0 && status !== 2) await runTool(call);
}

/** debugfs reports an absent path on stderr only and takes its commands as one string each. */
async function extractExt({ filesystem, paths, into, signal }: Extraction): Promise<void> {
  for (const path of paths) {
    const args = ['-R', `rdump "/${path}" "."`, filesystem];
    const cwd = await parentOf(into, path);
    await runTool({ tool: 'debugfs', package: 'e2fsprogs', arguments: args, cwd, signal });
  }
}

/**
 * mcopy fails for an absent path in the same way as for a broken disk. The target is named, since
 * FAT may store the name in capitals.
 */
async function extractFat({ filesystem, paths, into, signal }: Extraction): Promise<void> {
  for (const path of paths) {
    const args = ['-n', '-s', '-i', filesystem, `::/${path}`, basename(path)];
    const cwd = await parentOf(into, path);
    await tryTool({ tool: 'mcopy', package: 'mtools', arguments: args, cwd, signal });
  }
}

async function parentOf(into: string, path: string): Promise<string> {
  const parent = join(into, path.slice(0, -basename(path).length));
  await mkdir(parent, { recursive: true });
  return parent;
}
