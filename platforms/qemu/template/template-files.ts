/**
 * What is seen of a template's files: its page, whether they are whole and untouched, what they occupy.
 */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { checksumsOf, firstChange } from './checksums.js';
import { type Template, type TemplateMeta, templateFiles, templateMetaSchema } from './template.js';

/** Undefined where there is none that can be read. */
export async function readMeta(directory: string): Promise<TemplateMeta | undefined> {
  try {
    const text = await readFile(join(directory, templateFiles.meta), 'utf8');
    return templateMetaSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** What its console had printed. Throws what reading it throws. */
export async function readHistory(directory: string): Promise<readonly string[]> {
  const text = await readFile(join(directory, templateFiles.history), 'utf8');
  return z.array(z.string()).parse(JSON.parse(text));
}

/**
 * The first file of a template that somebody has written to since it was complete. Memory and disks
 * are too large to be read through for every fork: sizes and times count, and the store verifies each template
 * once. What another command has evicted meanwhile is gone, and not written to.
 */
export async function firstTouched({ directory, meta }: Template): Promise<string | undefined> {
  for (const { name, sizeBytes, mtimeMs } of meta.files) {
    const seen = await stat(join(directory, name)).catch(() => undefined);
    if (seen && (seen.size !== sizeBytes || seen.mtimeMs !== mtimeMs)) return name;
  }
  return undefined;
}

/**
 * All files are there, as large and as old as they were. Memory and disks are left to {@link firstTouched} and
 * the store; the others, which are small, are read through. Throws what reading them throws.
 */
export async function isWhole(directory: string, meta: TemplateMeta): Promise<boolean> {
  const files = meta.files.map(({ name }) => stat(join(directory, name)).catch(() => undefined));
  if ((await Promise.all(files)).includes(undefined)) return false;
  if ((await firstTouched({ directory, meta, history: [] })) !== undefined) return false;
  if (!meta.files.some(({ name }) => name === templateFiles.state)) return false;
  const changes = meta.files.filter(isSmall).map(({ name, checksums }) => {
    return firstChange(join(directory, name), checksums);
  });
  return (await Promise.all(changes)).every((at) => at === undefined);
}

function isSmall({ name }: TemplateMeta['files'][number]): boolean {
  return name !== templateFiles.memory && !name.endsWith('.qcow2');
}

/** Every file of a complete template. */
export async function describeFiles(directory: string): Promise<TemplateMeta['files']> {
  const names = (await readdir(directory)).sort();
  return await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(directory, name));
      const checksums = await checksumsOf(join(directory, name));
      return { name, sizeBytes: size, mtimeMs, checksums: [...checksums] };
    }),
  );
}

/** In bytes, by blocks of 512 (stat(2)), since memory files are sparse. */
export async function occupied(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  const sizes = names.map(async (name) => {
    const seen = await stat(join(directory, name)).catch(() => undefined);
    return (seen?.blocks ?? 0) * 512;
  });
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}
