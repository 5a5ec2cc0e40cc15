/**
 * The signed runs of a gate, each runner's in an unbroken row, and the history.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../harness/base/errors.js';
import { linkOf, requireChain } from './chain.js';
import type { TrustedKey } from './envelope.js';
import { historySchema, runEvidenceSchema } from './evidence-schema.js';
import { gateFiles } from './gate-directory.js';
import { openStatement, readStatements, type SignedPart } from './read-statements.js';
import type { SignedHistory, SignedRun } from './run-evidence.js';

/** What suites came to in the past; undefined when nobody signed it. Throws BAD_EVIDENCE (usage). */
export async function readHistory(
  directory: string,
  trusted: readonly TrustedKey[],
): Promise<SignedHistory | undefined> {
  const where = join(directory, gateFiles.history);
  const text = await readFile(where, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UsageError('BAD_EVIDENCE', `cannot read ${where}: ${error.message}`);
  });
  return text === undefined ? undefined : openHistory(text, where, trusted);
}

/** From its text. Throws BAD_ENVELOPE, BAD_STATEMENT and BAD_EVIDENCE (usage). */
export function openHistory(
  text: string,
  where: string,
  trusted: readonly TrustedKey[],
): SignedHistory {
  const expected = { where, kind: 'history', schema: historySchema, trusted } as const;
  const { value, digest } = openStatement(text, expected);
  return { ...value, statement: digest };
}

const runSchema = z.looseObject({ evidence: runEvidenceSchema });

/** One run, from its text. Throws likewise. */
export function openRun(text: string, where: string, trusted: readonly TrustedKey[]): SignedRun {
  const part = openStatement(text, { where, kind: 'run', schema: runSchema, trusted });
  const { sequence } = linkOf(part.value, where);
  return {
    runner: runnerOf(part),
    sequence,
    statement: part.digest,
    evidence: part.value.evidence,
  };
}

/** Whose row it is in. */
function runnerOf({ by: [runner = ''] }: SignedPart<unknown>): string {
  return runner;
}

/** All runs. Throws BAD_ENVELOPE, BAD_STATEMENT, BAD_EVIDENCE and BROKEN_CHAIN (usage). */
export async function readRuns(
  directory: string,
  trusted: readonly TrustedKey[],
): Promise<readonly SignedRun[]> {
  const parts = await readStatements({
    folder: join(directory, gateFiles.runs),
    kind: 'run',
    schema: runSchema,
    trusted,
  });
  const runners = new Map<string, typeof parts>();
  for (const part of parts) {
    const runner = runnerOf(part);
    runners.set(runner, [...(runners.get(runner) ?? []), part]);
  }
  return [...runners].flatMap(([runner, own]) => {
    const row = own.map((part) => ({ ...part, link: linkOf(part.value, part.where) }));
    row.sort((a, b) => a.link.sequence - b.link.sequence);
    requireChain(row, `runs of ${runner}`);
    return row.map(({ link, value, digest }) => {
      return {
        runner,
        sequence: link.sequence,
        statement: digest,
        evidence: value.evidence,
      };
    });
  });
}
