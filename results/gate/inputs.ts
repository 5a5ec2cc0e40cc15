/**
 * What a verdict was made from, kept by its digest: who doubts a verdict makes it again from these. Runs
 * are not copied: they stand in it by the digests of their statements, which nobody may remove.
 */

import { access, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toError, UsageError } from '../../harness/base/errors.js';
import { writeWhole } from '../record-file.js';
import { canonicalJson, sha256 } from './canonical-json.js';
import { digestOfEnvelope } from './chain.js';
import { parseEnvelope } from './envelope.js';
import { evaluate, type GateRequest, type GateVerdict } from './evaluate.js';
import type { Evidence, KnownRun } from './evidence.js';
import { type CitedEvidence, citeEvidence } from './evidence-digest.js';
import { namesIn } from './read-statements.js';
import type { RunEvidence, SignedHistory, SignedRun } from './run-evidence.js';

/** Below a gate's directory: the requests, the histories, and the runs as they were signed. */
const folders = { inputs: 'inputs', histories: 'inputs/histories', runs: 'runs' } as const;

type CitedRequest = Omit<GateRequest, 'now' | 'evidence'> & {
  readonly now: string;
  readonly evidence: CitedEvidence;
};

/** Writes the request into the gate's directory and returns its digest. Doing it twice changes nothing. */
export async function keepInputs(directory: string, request: GateRequest): Promise<string> {
  const { now, evidence } = request;
  const cited: CitedRequest = {
    ...request,
    now: now.toISOString(),
    evidence: citeEvidence(evidence),
  };
  if (evidence.history) await keepHistory(directory, evidence.history);
  const text = canonicalJson(cited);
  const digest = sha256(text);
  await mkdir(join(directory, folders.inputs), { recursive: true });
  await writeWhole(join(directory, folders.inputs, `${digest}.json`), text);
  return digest;
}

/** A history is made anew again and again; each that was judged by stays. */
async function keepHistory(
  directory: string,
  { statement, ...history }: SignedHistory,
): Promise<void> {
  const path = join(directory, folders.histories, `${statement}.json`);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await mkdir(join(directory, folders.histories), { recursive: true });
  const text = await readFile(join(directory, 'history.json'), 'utf8');
  if (digestOfEnvelope(parseEnvelope(text, path)) === statement) await writeWhole(path, text);
  else throw new UsageError('INPUTS_CHANGED', `the history of ${history.at} was changed just now`);
}

/** Reads them again, runs and history included. Throws INPUTS_MISSING, INPUTS_CHANGED and INPUTS_OLD (usage). */
export async function readInputs(directory: string, digest: string): Promise<GateRequest> {
  const path = join(directory, folders.inputs, `${digest}.json`);
  const text = await readOrThrow(path);
  if (sha256(text) !== digest) throw new UsageError('INPUTS_CHANGED', `${path} was changed`);
  const value = JSON.parse(text) as CitedRequest;
  requireKnownShape(value, path);
  const evidence = await resolve(directory, value.evidence);
  return { ...value, now: new Date(value.now), evidence };
}

/** Nobody knows any more whether something was revoked then, or how long each canary had it. */
function requireKnownShape({ evidence }: CitedRequest, path: string): void {
  const { revocations, canaries = [] } = evidence as Partial<CitedRequest['evidence']>;
  const isAged = canaries.every((report) => 'ages' in report);
  if (revocations !== undefined && isAged) return;
  const what = isAged ? 'revocations' : 'the ages of canaries';
  const why = `it is of a Switchyard that took no ${what} for evidence`;
  const next = 'replay it with the version that its record names, see yard gate log --json';
  throw new UsageError('INPUTS_OLD', `${path}: ${why}; ${next}`);
}

async function readOrThrow(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError('INPUTS_MISSING', `cannot read ${path}: ${toError(error).message}`);
  });
}

async function resolve(
  directory: string,
  { runs, baseline, history, ...rest }: CitedEvidence,
): Promise<Evidence> {
  const signed = await signedRuns(directory);
  const find = (cited: KnownRun): SignedRun => {
    const evidence = signed.get(cited.statement);
    if (evidence !== undefined) return { ...cited, evidence };
    const seen = `run ${cited.sequence} of ${cited.runner}, statement ${cited.statement}`;
    throw new UsageError('INPUTS_MISSING', `${seen}, is not in ${join(directory, folders.runs)}`);
  };
  return {
    ...rest,
    runs: runs.map(find),
    ...(baseline && { baseline: { ...baseline, runs: baseline.runs.map(find) } }),
    ...(history !== undefined && { history: await readHistory(directory, history) }),
  };
}

/** By the digests of the statements, which the verdict named: their signatures need not be looked at. */
async function signedRuns(directory: string): Promise<ReadonlyMap<string, RunEvidence>> {
  const folder = join(directory, folders.runs);
  const names = await namesIn(folder, '.json');
  const all = names.map(async (name) => {
    const { digest, predicate } = await readPredicate(join(folder, name));
    return [digest, (predicate as { readonly evidence: RunEvidence }).evidence] as const;
  });
  return new Map(await Promise.all(all));
}

async function readHistory(directory: string, statement: string): Promise<SignedHistory> {
  const path = join(directory, folders.histories, `${statement}.json`);
  const { digest, predicate } = await readPredicate(path);
  if (digest !== statement) throw new UsageError('INPUTS_CHANGED', `${path} was changed`);
  return { ...(predicate as Omit<SignedHistory, 'statement'>), statement };
}

async function readPredicate(path: string): Promise<{ digest: string; predicate: unknown }> {
  const envelope = parseEnvelope(await readOrThrow(path), path);
  const text = Buffer.from(envelope.payload, 'base64').toString('utf8');
  const { predicate } = JSON.parse(text) as { readonly predicate: unknown };
  return { digest: digestOfEnvelope(envelope), predicate };
}

/** A verdict made again, and whether it is the same to the last bit. */
export interface Replay {
  readonly verdict: GateVerdict;
  readonly isSame: boolean;
}

/** Judges once more by the same inputs. */
export function replay(request: GateRequest, recorded: unknown): Replay {
  const verdict = evaluate(request);
  return { verdict, isSame: canonicalJson(verdict) === canonicalJson(recorded) };
}
