/**
 * The format of the template cache, written beside the templates so that an older Switchyard leaves
 * alone what a newer one has made.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../../harness/base/errors.js';
import { templateSchemaVersion } from './template.js';

const formatFile = 'format.json';

const formatSchema = z.object({ schema: z.int() });

/** Where the templates are, inside the cache directory. */
export function templatesDirectory(cacheDirectory: string): string {
  return join(cacheDirectory, 'templates');
}

/** Looks only. Throws NEWER_CACHE (usage). Returns the format; undefined when there is none. */
export async function checkFormat(directory: string): Promise<number | undefined> {
  const found = await readFormat(directory);
  if (found !== undefined && found > templateSchemaVersion) throw newer(directory, found);
  return found;
}

/** Makes the directory if need be. Throws NEWER_CACHE (usage); a damaged file is written anew. */
export async function requireFormat(directory: string): Promise<void> {
  if ((await checkFormat(directory)) === templateSchemaVersion) return;
  await mkdir(directory, { recursive: true });
  const text = JSON.stringify({ schema: templateSchemaVersion });
  await writeFile(join(directory, formatFile), `${text}\n`);
}

async function readFormat(directory: string): Promise<number | undefined> {
  try {
    const text = await readFile(join(directory, formatFile), 'utf8');
    return formatSchema.parse(JSON.parse(text)).schema;
  } catch {
    return undefined;
  }
}

function newer(directory: string, found: number): UsageError {
  const message = `the template cache ${directory} has format ${found}, this Switchyard knows ${templateSchemaVersion}`;
  const next = 'use the newer Switchyard, remove the directory, or add --no-fork';
  return new UsageError('NEWER_CACHE', `${message}; ${next}`);
}
