/**
 * The other runs of an image in a store: who attests one of them has to attest them all, or could run
 * the suites until they are green and put forward that run alone.
 */

import { UsageError } from '../../harness/base/errors.js';
import { listRuns, type RunListing } from '../run-store.js';
import type { RunEvidence } from './run-evidence.js';

type Run = Extract<RunListing, { kind: 'run' }>;

/** Which runs are asked for. */
export interface Others {
  /** Directories of runs; one that is not there has none. */
  readonly roots: readonly string[];
  readonly evidence: RunEvidence;
  /** The ids of runs that are evidence already, or parts of one. */
  readonly told: ReadonlySet<string>;
}

/**
 * Finished runs of `yard run` on the image of this one that are no evidence yet, nor parts of what is or
 * can be, oldest first. What can't be read says nothing of its image, and is left out.
 */
export async function unattestedRuns({ roots, evidence, told }: Others): Promise<readonly Run[]> {
  const listed = await Promise.all([...new Set(roots)].map(listRuns));
  const own = listed.flat().filter((one): one is Run => isOf(one, evidence.imageSha256));
  const open = own.filter(({ record }) => !idsOf(record).some((id) => told.has(id)));
  const parts = new Set(open.flatMap(({ record }) => record.merged ?? []));
  const given = new Set(idsOf({ run: evidence.run, merged: evidence.parts }));
  const others = open.filter(({ run }) => !parts.has(run) && !given.has(run));
  const byId = new Map(others.map((one) => [one.run, one]));
  return [...byId.values()].sort((a, b) => (a.run < b.run ? -1 : 1));
}

function isOf(listing: RunListing, imageSha256: string): boolean {
  if (listing.kind !== 'run' || listing.isLive) return false;
  const { argv, image } = listing.record;
  return argv[0] === 'run' && image.sha256 === imageSha256;
}

interface Ids {
  readonly run: string;
  readonly merged?: readonly string[] | undefined;
}

/** Its own and those of its parts. */
function idsOf({ run, merged = [] }: Ids): readonly string[] {
  return [run, ...merged];
}

/** Throws UNATTESTED_RUNS (usage), with their names, when there are any. */
export function requireNoOthers(run: string, others: readonly Run[]): void {
  if (others.length === 0) return;
  const names = others.map(({ run: id, record: { shard } }) => {
    return shard
      ? `${id} (part ${shard.index}/${shard.count}: merge it first; attested alone it can't be merged any more)`
      : id;
  });
  const those = others.length === 1 ? 'another run of its image is' : 'other runs of its image are';
  const text = `run ${run}: ${those} no evidence yet: ${names.join(', ')}`;
  throw new UsageError('UNATTESTED_RUNS', `${text}; attest all of them at once with --all`);
}
