/**
 * All that a verdict is made from, read, verified and put together: what people wrote, and statements
 * that others signed. Nothing is judged here.
 */

import { join } from 'node:path';
import type { z } from 'zod';
import { UsageError } from '../../harness/base/errors.js';
import type { ChannelRelease } from '../../harness/model/channel-layout.js';
import { believedKeys, type EvidenceRole } from './believed-keys.js';
import type { Candidate, KnownRelease } from './candidate.js';
import type { GateRequest } from './evaluate.js';
import type {
  Evidence,
  KnownRun,
  KnownStatement,
  PastPromotion,
  PolicyPin,
  Revocation,
} from './evidence.js';
import {
  approvalSchema,
  assetReportSchema,
  authorshipSchema,
  canaryReportSchema,
} from './evidence-schema.js';
import type { Approval, AssetReport, Authorship, Bound } from './field-evidence.js';
import {
  gateFiles,
  mayTake,
  readCandidate,
  readCandidates,
  readInventory,
  readPolicy,
} from './gate-directory.js';
import { readReports } from './human-reports.js';
import { statementsOf } from './known-statements.js';
import type { Edge, Policy } from './policy-schema.js';
import { readHistory, readRuns } from './read-rows.js';
import { readStatements, type SignedPart } from './read-statements.js';
import { readWaivers } from './read-waivers.js';
import type { Baseline, SignedRun } from './run-evidence.js';

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
  readonly knownStatements?: readonly KnownStatement[];
  readonly pin?: PolicyPin;
}

/**
 * Puts together what the question is to be answered from. Throws NO_POLICY, BAD_POLICY, BAD_WAIVER,
 * UNKNOWN_CANDIDATE, BAD_CANDIDATE, UNKNOWN_EDGE, BAD_INVENTORY, BAD_EVIDENCE, BAD_ENVELOPE, RETIRED_KEY,
 * BAD_STATEMENT, BROKEN_CHAIN and BAD_KEY, all of kind usage: what can't be read is never passed over.
 */
export async function readGateRequest(
  directory: string,
  question: GateQuestion,
): Promise<GateRequest> {
  const policy = await readPolicy(directory);
  const candidate = await readCandidate(directory, question.version);
  const edge = edgeFor(policy, candidate, question.to);
  const waivers = await readWaivers(directory, policy);
  const evidence = await readEvidence(directory, { policy, candidate, question });
  return { policy, edge, evidence, waivers, now: question.now };
}

/** The only one: of several their order would decide, and not how strict they are. */
function edgeFor(policy: Policy, candidate: Candidate, to: string): Edge {
  const [edge, ...others] = policy.edges.filter((one) => one.to === to && mayTake(one, candidate));
  const what = `to ${to} for ${candidate.version} of ${candidate.channel}`;
  if (edge === undefined) {
    const ways = policy.edges.map((one) => `${one.from} to ${one.to}`).join(', ');
    throw new UsageError('UNKNOWN_EDGE', `the policy has no edge ${what}; it has: ${ways}`);
  }
  if (others.length === 0) return edge;
  throw new UsageError('BAD_POLICY', `the policy has ${others.length + 1} edges ${what}; keep one`);
}

async function readEvidence(
  directory: string,
  {
    policy: { trust },
    candidate,
    question,
  }: { readonly policy: Policy; readonly candidate: Candidate; readonly question: GateQuestion },
): Promise<Evidence> {
  const keysOf = (role: EvidenceRole) => believedKeys(trust, role, question);
  const read = async <T>(name: SignedFolder, schema: z.ZodType<T>) => {
    const { kind, role } = signedFolders[name];
    const folder = join(directory, gateFiles[name]);
    return await readStatements({ folder, kind, schema, trusted: keysOf(role) });
  };
  const runs = await readRuns(directory, keysOf('runners'));
  const approvals = (await read('approvals', approvalSchema)).map(byApprover);
  const authorships = trust.authors && (await read('authorships', authorshipSchema));
  const reports = await read('assets', assetReportSchema);
  const canaries = await read('canaries', canaryReportSchema);
  const assets = lastOf(reports, candidate.version, question.now);
  const baseline = baselineOf(question, runs);
  const history = await readHistory(directory, keysOf('runners'));
  const { promotions, revocations, knownRuns, knownStatements, pin } = question;
  return {
    candidate,
    inventory: await readInventory(directory),
    runs,
    ...(baseline && { baseline }),
    releases: await readReleases(directory),
    promotions,
    revocations,
    knownRuns,
    ...(knownStatements && { knownStatements }),
    statements: statementsOf({ canaries, assets: reports, ...(authorships && { authorships }) }),
    ...(pin && { pin }),
    ...(history && { history }),
    ...(assets && { assets }),
    canaries: canaries.map(withSubjects),
    reports: await readReports(join(directory, gateFiles.reports), keysOf('reporters')),
    approvals,
    ...(authorships && {
      authorships: authorships.map(byAuthor).filter((one) => one.version === candidate.version),
    }),
  };
}

/** Whose word counts in which folder, and of what kind it is. */
const signedFolders = {
  approvals: { kind: 'approval', role: 'approvers' },
  authorships: { kind: 'authorship', role: 'authors' },
  assets: { kind: 'assets', role: 'auditors' },
  canaries: { kind: 'canary', role: 'canaries' },
} as const;
type SignedFolder = keyof typeof signedFolders;

/** Nobody approves in the name of another. */
function byApprover({ value, by, where }: SignedPart<Approval>): Approval {
  if (by.includes(value.approver)) return value;
  const seen = `${value.approver} approves, and ${by.join(', ')} signed`;
  throw new UsageError('BAD_EVIDENCE', `${where}: ${seen}`);
}

function byAuthor({ value, by, where }: SignedPart<Authorship>): Authorship {
  if (by.includes(value.author)) return value;
  const seen = `${value.author} made it, and ${by.join(', ')} signed that`;
  throw new UsageError('BAD_EVIDENCE', `${where}: ${seen}`);
}

function lastOf(
  reports: readonly SignedPart<AssetReport>[],
  version: string,
  now: Date,
): (AssetReport & Bound) | undefined {
  const own = reports.map(withSubjects).filter((one) => one.version === version);
  const past = own.filter(({ at }) => at <= now.toISOString());
  return past.sort((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
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
