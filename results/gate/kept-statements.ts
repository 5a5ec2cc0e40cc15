/**
 * What people and services signed and a verdict was made from, kept beside its inputs: an approval may be
 * taken back later and a folder tidied up, and who doubts the verdict looks at the signatures themselves.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../harness/base/errors.js';
import { exists } from '../../harness/base/exists.js';
import { writeWhole } from '../record-file.js';
import { digestOfEnvelope } from './chain.js';
import { parseEnvelope, type TrustedKey } from './envelope.js';
import type { FieldFolder, FieldSources } from './evidence.js';
import { type FieldReader, fieldFolders } from './field-parts.js';
import { gateFiles } from './gate-directory.js';
import { namesIn, openStatement, readEvidenceFile } from './read-statements.js';

function pathOf(directory: string, digest: string): string {
  return join(directory, gateFiles.inputs, 'statements', `${digest}.json`);
}

/** Copies those that are not kept yet. Throws INPUTS_CHANGED (usage) for one that is gone meanwhile. */
export async function keepStatements(directory: string, sources: FieldSources): Promise<void> {
  for (const [folder, digests] of Object.entries(sources)) {
    const isKept = await Promise.all(
      digests.map(async (one) => await exists(pathOf(directory, one))),
    );
    const missing = digests.filter((_, n) => !isKept[n]);
    if (missing.length > 0) await copy(directory, folder as FieldFolder, missing);
  }
}

async function copy(
  directory: string,
  name: FieldFolder,
  missing: readonly string[],
): Promise<void> {
  const folder = join(directory, gateFiles[name]);
  const left = new Set(missing);
  await mkdir(join(directory, gateFiles.inputs, 'statements'), { recursive: true });
  for (const file of await namesIn(folder, '.json')) {
    const text = await readEvidenceFile(join(folder, file));
    const digest = digestOfEnvelope(parseEnvelope(text, file));
    if (left.delete(digest)) await writeWhole(pathOf(directory, digest), text);
  }
  if (left.size === 0) return;
  throw new UsageError('INPUTS_CHANGED', `${folder} was changed just now; judge again`);
}

/** Reads what was kept, by the keys that were believed then. */
export function keptReader(
  directory: string,
  sources: FieldSources,
  keysOf: (folder: FieldFolder) => readonly TrustedKey[],
): FieldReader {
  return async (folder, schema) => {
    const { kind } = fieldFolders[folder];
    const expected = { kind, schema, trusted: keysOf(folder) };
    const digests = sources[folder] ?? [];
    return await Promise.all(
      digests.map(async (digest) => {
        const where = pathOf(directory, digest);
        const part = openStatement(await readKept(where), { ...expected, where });
        if (part.digest === digest) return part;
        throw new UsageError('INPUTS_CHANGED', `${where} was changed`);
      }),
    );
  };
}

async function readKept(path: string): Promise<string> {
  return await readEvidenceFile(path).catch((thrown: Error) => {
    throw new UsageError('INPUTS_MISSING', `${thrown.message}; put it back`);
  });
}
