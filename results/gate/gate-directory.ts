/**
 * The files that a verdict is made from: policy, inventory, candidates and waivers, as people wrote
 * them, and statements that others signed. All of it is read, verified and put together here; nothing
 * is judged.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toError, UsageError } from '../../harness/base/errors.js';
import type { ChannelRelease } from '../../harness/model/channel-layout.js';
import { suiteId } from '../schema-parts.js';
import { linkSchema, requireChain } from './chain.js';
import type { TrustedKey } from './envelope.js';
import type { GateRequest } from './evaluate.js';
import type {
  Baseline,
  Bound,
  Candidate,
  Evidence,
  KnownRelease,
  KnownRun,
  PastPromotion,
  PolicyPin,
  Revocation,
  SignedRun,
} from './evidence.js';
import {
  approvalSchema,
  assetReportSchema,
  canaryReportSchema,
  candidateSchema,
  historySchema,
  runEvidenceSchema,
} from './evidence-schema.js';
import { readReports } from './human-reports.js';
import { parseYaml } from './parse-yaml.js';
import { type Policy, policySchema } from './policy-schema.js';
import {
  namesIn,
  openStatement,
  problemOf,
  readStatements,
  type SignedPart,
} from './read-statements.js';
import { trustedKeys } from './signers.js';
import { parseWaiver, type Waiver } from './waiver.js';

/** Where what is, below the gate's directory. */
export const gateFiles = {
  policy: 'policy.yaml',
  inventory: 'inventory.json',
  history: 'history.json',
  candidates: 'candidates',
  waivers: 'waivers',
  runs: 'runs',
  approvals: 'approvals',
  policyApprovals: 'policy-approvals',
  assets: 'assets',
  canaries: 'canaries',
  reports: 'reports',
  records: 'records',
  ledger: 'ledger.jsonl',
  inputs: 'inputs',
  channels: 'channels',
} as const;

/** Which step of which release, when, and what is signed of the time before. */
export interface GateQuestion {
  readonly version: string;
  readonly to: string;
  readonly now: Date;
  /** What the target channel has; undefined when it has nothing. */
  readonly currently: ChannelRelease | undefined;
  readonly promotions: readonly PastPromotion[];
  readonly revocations: readonly Revocation[];
  readonly knownRuns: readonly KnownRun[];
  readonly pin?: PolicyPin;
}

/**
 * Puts together what the question is to be answered from. Throws NO_POLICY, BAD_POLICY, BAD_WAIVER,
 * UNKNOWN_CANDIDATE, BAD_CANDIDATE, UNKNOWN_EDGE, BAD_INVENTORY, BAD_EVIDENCE, BAD_ENVELOPE,
 * BAD_STATEMENT, BROKEN_CHAIN and BAD_KEY, all of kind usage: what can't be read is never passed over.
 */
export async function readGateRequest(
  directory: string,
  question: GateQuestion,
): Promise<GateRequest> {
  const policy = await readPolicy(directory);
  const candidate = await readCandidate(directory, question.version);
  const edge = policy.edges.find((one) => one.to === question.to && mayTake(one, candidate));
  if (edge === undefined) {
    const ways = policy.edges.map(({ from, to }) => `${from} to ${to}`).join(', ');
    const asked = `no edge to ${question.to} for ${candidate.version} of ${candidate.channel}`;
    throw new UsageError('UNKNOWN_EDGE', `the policy has ${asked}; it has: ${ways}`);
  }
  const waivers = await readWaivers(directory, policy);
  const evidence = await readEvidence(directory, { policy, candidate, question });
  return { policy, edge, evidence, waivers, now: question.now };
}

/** Whether a release is one that this edge is for. */
export function mayTake(
  { from, to, mode }: Policy['edges'][number],
  { channel, lineage }: Candidate,
): boolean {
  if (mode === 'same-bytes') return channel === from;
  return channel === to && lineage.some((one) => one.channel === from);
}

/** Throws NO_POLICY and BAD_POLICY (usage). */
export async function readPolicy(directory: string): Promise<Policy> {
  const path = join(directory, gateFiles.policy);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError('NO_POLICY', `cannot read the policy ${path}: ${toError(error).message}`);
  });
  return parseYaml(text, policySchema, { where: `policy ${path}`, code: 'BAD_POLICY' });
}

/** Throws UNKNOWN_CANDIDATE and BAD_CANDIDATE (usage). */
export async function readCandidate(directory: string, version: string): Promise<Candidate> {
  const folder = join(directory, gateFiles.candidates);
  const path = join(folder, `${version}.yaml`);
  const text = await readFile(path, 'utf8').catch(async () => {
    const known = (await candidateVersions(directory)).join(', ') || 'none';
    throw new UsageError('UNKNOWN_CANDIDATE', `there is no ${path}; there are: ${known}`);
  });
  const source = { where: `candidate ${path}`, code: 'BAD_CANDIDATE' };
  const candidate = parseYaml(text, candidateSchema, source);
  if (candidate.version === version) return candidate;
  throw new UsageError(source.code, `${source.where}: it is about ${candidate.version}`);
}

/** The versions that have a file in `candidates/`, in the order of their names. */
export async function candidateVersions(directory: string): Promise<readonly string[]> {
  const names = await namesIn(join(directory, gateFiles.candidates), '.yaml');
  return names.map((name) => name.slice(0, -'.yaml'.length));
}

/** All that are there. Throws BAD_CANDIDATE (usage). */
export async function readCandidates(directory: string): Promise<readonly Candidate[]> {
  const versions = await candidateVersions(directory);
  return await Promise.all(
    versions.map(async (version) => await readCandidate(directory, version)),
  );
}

async function readWaivers(directory: string, { waivers }: Policy): Promise<readonly Waiver[]> {
  const folder = join(directory, gateFiles.waivers);
  const names = await namesIn(folder, '.yaml');
  return await Promise.all(
    names.map(async (name) => {
      return parseWaiver(await readFile(join(folder, name), 'utf8'), name, waivers.maxDays);
    }),
  );
}

async function readEvidence(
  directory: string,
  {
    policy: { trust },
    candidate,
    question,
  }: { readonly policy: Policy; readonly candidate: Candidate; readonly question: GateQuestion },
): Promise<Evidence> {
  const runs = await readRuns(directory, trustedKeys(trust.runners));
  const read = async <T>(name: 'approvals' | 'assets' | 'canaries', schema: z.ZodType<T>) => {
    const keys = { approvals: trust.approvers, assets: trust.auditors, canaries: trust.canaries };
    const kind = { approvals: 'approval', assets: 'assets', canaries: 'canary' } as const;
    const trusted = trustedKeys(keys[name]);
    return await readStatements({
      folder: join(directory, gateFiles[name]),
      kind: kind[name],
      schema,
      trusted,
    });
  };
  const approvals = (await read('approvals', approvalSchema)).map(({ value, by, where }) => {
    if (by.includes(value.approver)) return value;
    const seen = `${value.approver} approves, and ${by.join(', ')} signed`;
    throw new UsageError('BAD_EVIDENCE', `${where}: ${seen}`);
  });
  const reports = (await read('assets', assetReportSchema)).map(withSubjects);
  const assets = reports
    .filter(({ version, at }) => version === candidate.version && at <= question.now.toISOString())
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .at(-1);
  const baseline = baselineOf(question, runs);
  const history = await readHistory(directory, trustedKeys(trust.runners));
  const { promotions, revocations, knownRuns, pin } = question;
  return {
    candidate,
    inventory: await readInventory(directory),
    runs,
    ...(baseline && { baseline }),
    releases: await readReleases(directory),
    promotions,
    revocations,
    knownRuns,
    ...(pin && { pin }),
    ...(history && { history }),
    ...(assets && { assets }),
    canaries: (await read('canaries', canaryReportSchema)).map(withSubjects),
    reports: await readReports(join(directory, gateFiles.reports), trustedKeys(trust.reporters)),
    approvals,
  };
}

function withSubjects<T>({ value, subjects }: SignedPart<T>): T & Bound {
  return { ...value, subjects };
}

/** The images are those of the channel itself, whatever a file says of its version. */
function baselineOf({ currently }: GateQuestion, runs: readonly SignedRun[]): Baseline | undefined {
  if (currently === undefined) return undefined;
  const { version, images } = currently;
  const digests = new Set(images.map(({ sha256 }) => sha256));
  return { version, images, runs: runs.filter((run) => digests.has(run.evidence.imageSha256)) };
}

async function readReleases(directory: string): Promise<readonly KnownRelease[]> {
  const candidates = await readCandidates(directory);
  return candidates.map(({ version, images }) => ({ version, images }));
}

/** The suites that there are. Throws BAD_INVENTORY (usage). */
export async function readInventory(directory: string): Promise<Evidence['inventory']> {
  const path = join(directory, gateFiles.inventory);
  try {
    const ids = z
      .array(suiteId)
      .min(1)
      .parse(JSON.parse(await readFile(path, 'utf8')));
    if (new Set(ids).size < ids.length) throw new Error('it names a suite twice');
    return [...ids].sort();
  } catch (thrown) {
    throw new UsageError('BAD_INVENTORY', `inventory ${path}: ${problemOf(thrown)}`);
  }
}

async function readHistory(
  directory: string,
  trusted: readonly TrustedKey[],
): Promise<Evidence['history']> {
  const where = join(directory, gateFiles.history);
  const text = await readFile(where, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UsageError('BAD_EVIDENCE', `cannot read ${where}: ${error.message}`);
  });
  if (text === undefined) return undefined;
  const expected = { where, kind: 'history', schema: historySchema, trusted } as const;
  const { value, digest } = openStatement(text, expected);
  return { ...value, statement: digest };
}

async function readRuns(
  directory: string,
  trusted: readonly TrustedKey[],
): Promise<readonly SignedRun[]> {
  const schema = z.looseObject({ evidence: runEvidenceSchema });
  const parts = await readStatements({
    folder: join(directory, gateFiles.runs),
    kind: 'run',
    schema,
    trusted,
  });
  const runners = new Map<string, typeof parts>();
  for (const part of parts) {
    const [runner = ''] = part.by;
    runners.set(runner, [...(runners.get(runner) ?? []), part]);
  }
  return [...runners].flatMap(([runner, own]) => {
    const row = own.map((part) => ({ ...part, link: linkSchema.parse(part.value) }));
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
