/**
 * All that a verdict is made from, read, verified and put together: what people wrote, and statements
 * that others signed. Nothing is judged here.
 */

import { join } from 'node:path';
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
import { type FieldReader, fieldFolders, readField } from './field-parts.js';
import {
  gateFiles,
  mayTake,
  readCandidate,
  readCandidates,
  readInventory,
  readPolicy,
} from './gate-directory.js';
import type { Edge, Policy } from './policy-schema.js';
import { readHistory, readRuns } from './read-rows.js';
import { readStatements } from './read-statements.js';
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
  const read: FieldReader = async (name, schema) => {
    const { kind, role } = fieldFolders[name];
    const folder = join(directory, gateFiles[name]);
    return await readStatements({ folder, kind, schema, trusted: keysOf(role) });
  };
  const runs = await readRuns(directory, keysOf('runners'));
  const { version, now } = question;
  const field = await readField(read, { version, now, asksAuthors: trust.authors !== undefined });
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
    ...(pin && { pin }),
    ...(history && { history }),
    ...field,
  };
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
