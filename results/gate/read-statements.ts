/**
 * The signed statements in a folder: each opened, verified and checked against its schema. One that
 * can't be believed is never passed over.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toError, UsageError } from '../../harness/base/errors.js';
import { parseEnvelope, type TrustedKey } from './envelope.js';
import { type PredicateName, type ReadStatement, readStatement } from './statement.js';

/** What a statement says, who signed it, and where it lies. */
export interface SignedPart<T> {
  readonly value: T;
  readonly by: readonly string[];
  readonly where: string;
  readonly digest: string;
  /** The digests of what it is about. */
  readonly subjects: readonly string[];
}

/** Of which kind and shape, and whose word is believed. */
interface Expected<T> {
  readonly kind: PredicateName;
  readonly schema: z.ZodType<T>;
  readonly trusted: readonly TrustedKey[];
}

/** All of a folder. Throws BAD_ENVELOPE, BAD_STATEMENT and BAD_EVIDENCE (usage) with the file. */
export async function readStatements<T>({
  folder,
  ...expected
}: Expected<T> & { readonly folder: string }): Promise<readonly SignedPart<T>[]> {
  const names = await namesIn(folder, '.json');
  const parts: SignedPart<T>[] = [];
  // A few at a time: of years of runs only what they say stays in memory.
  for (let n = 0; n < names.length; n += batch) {
    const paths = names.slice(n, n + batch).map((name) => join(folder, name));
    const texts = await Promise.all(paths.map(readEvidenceFile));
    for (const [at, text] of texts.entries()) {
      parts.push(openStatement(text, { ...expected, where: paths[at] ?? folder }));
    }
  }
  return parts;
}

/** Throws BAD_EVIDENCE (usage): what can't be read is never passed over. */
export async function readEvidenceFile(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw new UsageError('BAD_EVIDENCE', `cannot read ${path}: ${toError(thrown).message}`);
  });
}

/** How many files are read at once. */
const batch = 32;

/** One, from its text. Throws likewise. */
export function openStatement<T>(
  text: string,
  { kind, schema, trusted, where }: Expected<T> & { readonly where: string },
): SignedPart<T> {
  const envelope = parseEnvelope(text, where);
  const statement = readStatement(kind, envelope, { trusted, where });
  return {
    value: contentsOf(statement, schema, where),
    by: statement.signedBy,
    where,
    digest: statement.digest,
    subjects: statement.subjects.map(({ sha256 }) => sha256),
  };
}

function contentsOf<T>({ predicate }: ReadStatement, schema: z.ZodType<T>, where: string): T {
  const result = schema.safeParse(predicate);
  if (result.success) return result.data;
  throw new UsageError('BAD_EVIDENCE', `${where}: ${problemOf(result.error)}`);
}

/** What is wrong with a value, field by field. */
export function problemOf(thrown: unknown): string {
  if (!(thrown instanceof z.ZodError)) return toError(thrown).message;
  const told = thrown.issues.map(({ path, message }) => {
    return path.length === 0 ? message : `${path.join('.')}: ${message}`;
  });
  return told.join('; ');
}

/** The files of a folder with this extension, sorted; none when it is not there. */
export async function namesIn(folder: string, extension: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError('BAD_EVIDENCE', `cannot list ${folder}: ${error.message}`);
  });
  return names.filter((name) => name.endsWith(extension)).sort();
}
