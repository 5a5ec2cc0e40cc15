/**
 * What a verdict was made from, kept by its digest: who doubts a verdict makes it again from these. Runs
 * are not copied: they stand in it by the digests of their statements, which nobody may remove.
 */

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toError, UsageError } from '../../harness/base/errors.js';
import { exists } from '../../harness/base/exists.js';
import { writeWhole } from '../record-file.js';
import { believedKeys, type EvidenceRole } from './believed-keys.js';
import { canonicalJson, sha256 } from './canonical-json.js';
import { digestOfEnvelope } from './chain.js';
import { parseEnvelope, type TrustedKey } from './envelope.js';
import { evaluate, type GateRequest, type GateVerdict } from './evaluate.js';
import type { Evidence, KnownRun } from './evidence.js';
import { type CitedEvidence, citeEvidence } from './evidence-digest.js';
import { type FieldEvidence, type FieldReader, fieldFolders, readField } from './field-parts.js';
import { keepStatements, keptReader } from './kept-statements.js';
import { openHistory, openRun } from './read-rows.js';
import { namesIn } from './read-statements.js';
import type { SignedHistory, SignedRun } from './run-evidence.js';

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
  await keepStatements(directory, evidence.sources);
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
  if (await exists(path)) return;
  await mkdir(join(directory, folders.histories), { recursive: true });
  const text = await readFile(join(directory, 'history.json'), 'utf8');
  if (digestOfEnvelope(parseEnvelope(text, path)) === statement) await writeWhole(path, text);
  else throw new UsageError('INPUTS_CHANGED', `the history of ${history.at} was changed just now`);
}

/**
 * Reads them again, runs and history included, and looks at who signed what they are made of, by the keys
 * that were believed then. Throws INPUTS_MISSING, INPUTS_CHANGED, INPUTS_OLD and what opening statements
 * throws, all of kind usage.
 */
export async function readInputs(directory: string, digest: string): Promise<GateRequest> {
  const path = join(directory, folders.inputs, `${digest}.json`);
  const text = await readOrThrow(path);
  if (sha256(text) !== digest) throw new UsageError('INPUTS_CHANGED', `${path} was changed`);
  const value = JSON.parse(text) as CitedRequest;
  requireKnownShape(value, path);
  const { trust } = value.policy;
  const keysOf = (role: EvidenceRole) => believedKeys(trust, role, value.evidence);
  const evidence = await resolve(directory, value.evidence, keysOf('runners'));
  const request = { ...value, now: new Date(value.now), evidence };
  const read = keptReader(directory, evidence.sources, (name) => keysOf(fieldFolders[name].role));
  await requireSigned(request, read, path);
  return request;
}

/** What is said of the field must be what was signed, neither more nor less. */
async function requireSigned(
  { policy, evidence, now }: GateRequest,
  read: FieldReader,
  path: string,
): Promise<void> {
  const { version } = evidence.candidate;
  const asksAuthors = policy.trust.authors !== undefined;
  const signed = await readField(read, { version, now, asksAuthors });
  for (const [name, value] of Object.entries(signed)) {
    if (canonicalJson(value) === canonicalJson(evidence[name as keyof FieldEvidence])) continue;
    throw new UsageError('INPUTS_CHANGED', `${path}: its ${name} are not what was signed`);
  }
}

/** Nobody knows any more whether something was revoked then, or who signed what was said. */
function requireKnownShape({ evidence }: CitedRequest, path: string): void {
  const { revocations, sources } = evidence as Partial<CitedRequest['evidence']>;
  if (revocations !== undefined && sources !== undefined) return;
  const what = sources ? 'took no revocations for evidence' : 'kept no signatures of its evidence';
  const next = 'replay it with the version that its record names, see yard gate log --json';
  throw new UsageError('INPUTS_OLD', `${path}: it is of a Switchyard that ${what}; ${next}`);
}

async function readOrThrow(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError('INPUTS_MISSING', `cannot read ${path}: ${toError(error).message}`);
  });
}

async function resolve(
  directory: string,
  { runs, baseline, history, ...rest }: CitedEvidence,
  runners: readonly TrustedKey[],
): Promise<Evidence> {
  const cited = [...runs, ...(baseline?.runs ?? [])];
  const signed = await signedRuns(directory, cited, runners);
  const find = (one: KnownRun): SignedRun => {
    const known = signed.get(one.statement);
    if (known !== undefined) return requireSame(known, one);
    const seen = `run ${one.sequence} of ${one.runner}, statement ${one.statement}`;
    throw new UsageError('INPUTS_MISSING', `${seen}, is not in ${join(directory, folders.runs)}`);
  };
  return {
    ...rest,
    runs: runs.map(find),
    ...(baseline && { baseline: { ...baseline, runs: baseline.runs.map(find) } }),
    ...(history !== undefined && { history: await keptHistory(directory, history, runners) }),
  };
}

function requireSame(known: SignedRun, { runner, sequence }: KnownRun): SignedRun {
  if (known.runner === runner && known.sequence === sequence) return known;
  const seen = `run ${known.sequence} of ${known.runner} is said to be ${sequence} of ${runner}`;
  throw new UsageError('INPUTS_CHANGED', seen);
}

/** By the digests of the statements. Others may be of runners whom nobody knew then. */
async function signedRuns(
  directory: string,
  cited: readonly KnownRun[],
  trusted: readonly TrustedKey[],
): Promise<ReadonlyMap<string, SignedRun>> {
  const folder = join(directory, folders.runs);
  const wanted = new Set(cited.map(({ statement }) => statement));
  const found = new Map<string, SignedRun>();
  for (const name of await namesIn(folder, '.json')) {
    const where = join(folder, name);
    const text = await readOrThrow(where);
    const digest = digestOfEnvelope(parseEnvelope(text, where));
    if (wanted.has(digest)) found.set(digest, openRun(text, where, trusted));
  }
  return found;
}

async function keptHistory(
  directory: string,
  statement: string,
  trusted: readonly TrustedKey[],
): Promise<SignedHistory> {
  const path = join(directory, folders.histories, `${statement}.json`);
  const history = openHistory(await readOrThrow(path), path, trusted);
  if (history.statement === statement) return history;
  throw new UsageError('INPUTS_CHANGED', `${path} was changed`);
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
