/**
 * The files of a gate that people write: policy, inventory and candidates, each read and checked.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toError, UsageError } from '../../harness/base/errors.js';
import { suiteId } from '../schema-parts.js';
import type { Candidate } from './candidate.js';
import type { Evidence } from './evidence.js';
import { candidateSchema } from './evidence-schema.js';
import { parseYaml } from './parse-yaml.js';
import { type Policy, policySchema } from './policy-schema.js';
import { namesIn, problemOf } from './read-statements.js';

/** Where what is, below the gate's directory. */
export const gateFiles = {
  policy: 'policy.yaml',
  inventory: 'inventory.json',
  history: 'history.json',
  candidates: 'candidates',
  waivers: 'waivers',
  runs: 'runs',
  authorships: 'authorships',
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
