/**
 * A stored run as signed evidence: it is read anew from its log, refused when it can be no evidence,
 * and takes the next number in the row of its runner.
 */

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../harness/base/errors.js';
import type { RunRecord } from '../../harness/model/record.js';
import { foldRun } from '../fold.js';
import { readEventLog } from '../read-event-log.js';
import { readRecord, writeWhole } from '../record-file.js';
import { firstDifference } from '../record-seal.js';
import { runFiles } from '../run-files.js';
import { inspectRun } from '../run-store.js';
import { sha256 } from './canonical-json.js';
import { linkOf, nextLink, requireChain } from './chain.js';
import type { Signer, TrustedKey } from './envelope.js';
import { evidenceOfRun } from './evidence-of-run.js';
import { runEvidenceSchema } from './evidence-schema.js';
import { gateFiles } from './gate-directory.js';
import { readStatements } from './read-statements.js';
import type { RunEvidence } from './run-evidence.js';
import { requireTrusted } from './signers.js';
import { signStatement } from './statement.js';

/** Commands whose runs prove something of the image as it is. */
const honestCommands: readonly string[] = ['run'];

/** A stored run as it was read, once, and the evidence that it is. */
export interface StoredEvidence {
  readonly directory: string;
  readonly record: RunRecord;
  readonly evidence: RunEvidence;
}

/** The evidence of a stored run. Throws what {@link readStoredRun} throws. */
export async function readRunEvidence(directory: string): Promise<RunEvidence> {
  return (await readStoredRun(directory)).evidence;
}

/** Likewise, or that of a part of a sharded run, of which only failures count. */
export async function readRestEvidence(directory: string): Promise<RunEvidence> {
  return (await readWithLog(directory)).evidence;
}

/** A whole stored run with its evidence. Throws what {@link readWithLog} throws, and NO_EVIDENCE for a part. */
export async function readStoredRun(directory: string): Promise<StoredEvidence> {
  const stored = await readWithLog(directory);
  requireWhole(stored.record);
  return stored;
}

/**
 * Throws RUN_LIVE, RECORD_MISSING, RECORD_CORRUPT and NO_EVIDENCE (usage): a record counts only beside the
 * log that it was made from.
 */
async function readWithLog(directory: string): Promise<StoredEvidence> {
  const listing = await inspectRun(directory);
  if (listing.isLive) {
    throw new UsageError('RUN_LIVE', `run ${listing.run} is still being written; wait for its end`);
  }
  const record = await readRecord(directory);
  const { events, notes } = await readEventLog(join(directory, runFiles.events));
  const folded: unknown = JSON.parse(JSON.stringify(foldRun(events, notes)));
  const field = firstDifference(JSON.parse(JSON.stringify(record)), folded);
  if (field !== undefined) {
    const text = `${directory}: the record does not fit the log; it first differs in ${field}`;
    throw new UsageError('RECORD_CORRUPT', text);
  }
  requireHonest(record);
  const text = await readFile(join(directory, runFiles.record)).catch(() => JSON.stringify(folded));
  return { directory, record, evidence: evidenceOfRun(record, sha256(text)) };
}

function requireHonest({ run, argv }: RunRecord): void {
  const [command = 'nothing'] = argv;
  if (!honestCommands.includes(command)) {
    throw noEvidence(run, `it is of yard ${command}, not of yard run`);
  }
}

function requireWhole({ run, shard }: RunRecord): void {
  if (shard === undefined) return;
  const part = `it is part ${shard.index}/${shard.count}`;
  throw noEvidence(run, `${part}; put the parts together with yard merge, and attest that`);
}

function noEvidence(run: string, why: string): UsageError {
  return new UsageError('NO_EVIDENCE', `run ${run} is no evidence: ${why}`);
}

/** Signs the evidence into `runs/`; returns the file. Throws UNTRUSTED_KEY and ALREADY_ATTESTED (usage). */
export async function attestRun(
  directory: string,
  evidence: RunEvidence,
  { signer, trusted }: { readonly signer: Signer; readonly trusted: readonly TrustedKey[] },
): Promise<string> {
  const { name } = requireTrusted(signer, trusted, 'runners');
  const folder = join(directory, gateFiles.runs);
  const row = await readRow(folder, name, trusted);
  const known = row.find(({ evidence: one }) => isSame(one, evidence));
  if (known !== undefined) {
    const text = `run ${evidence.run} is evidence already: ${known.where}`;
    throw new UsageError('ALREADY_ATTESTED', `${text}; one run counts once`);
  }
  const link = nextLink(row.filter(({ by }) => by[0] === name).at(-1));
  const subjects = [{ name: evidence.run, sha256: evidence.record }];
  const envelope = await signStatement('run', { subjects, predicate: { evidence, ...link } }, [
    signer,
  ]);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}-${String(link.sequence).padStart(6, '0')}.json`);
  await writeWhole(path, `${JSON.stringify(envelope)}\n`);
  return path;
}

/** The ids of the runs that are evidence, whoever signed them, and of their parts. */
export async function attestedRuns(
  directory: string,
  trusted: readonly TrustedKey[],
): Promise<ReadonlySet<string>> {
  const row = await readRow(join(directory, gateFiles.runs), undefined, trusted);
  return new Set(row.flatMap(({ evidence: { run, parts = [] } }) => [run, ...parts]));
}

/** What a runner signed so far, in its order, and what others did. */
async function readRow(folder: string, runner: string | undefined, trusted: readonly TrustedKey[]) {
  const schema = z.looseObject({ evidence: runEvidenceSchema });
  const parts = await readStatements({ folder, kind: 'run', schema, trusted });
  const row = parts.map(({ value, ...part }) => {
    return { ...part, evidence: value.evidence, link: linkOf(value, part.where) };
  });
  row.sort((a, b) => a.link.sequence - b.link.sequence);
  const own = row.filter(({ by }) => by[0] === runner);
  if (runner !== undefined) requireChain(own, `runs of ${runner}`);
  return row;
}

/** Also a run and the one that it was merged into. */
function isSame(one: RunEvidence, other: RunEvidence): boolean {
  const [a, b] = [one, other].map(({ run, parts = [] }) => [run, ...parts]);
  return (a ?? []).some((run) => b?.includes(run));
}
