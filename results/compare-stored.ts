/**
 * Comparison of two runs with what the history knows of runs like them, and which run comes before
 * another: what `yard compare` prints and what the site shows of the newest run.
 */

import type { RunRecord } from '../harness/model/record.js';
import { durationsOn } from './case-durations.js';
import {
  compareRuns,
  type RunComparison,
  type Samples,
  samplesOf,
  withoutImage,
} from './compare-runs.js';
import { type Database, rowsOf } from './history-file.js';

/**
 * What changed; durations are told from all runs of each image, or of one image from these two. Those
 * with another accelerator tell nothing.
 */
export function compareStored(
  database: Database,
  before: RunRecord,
  after: RunRecord,
): RunComparison {
  return compareRuns(before, after, pickSamples(database, before, after));
}

/** All runs of each image on the same accelerator; of one image, only these two runs. */
function pickSamples(
  database: Database,
  before: RunRecord,
  after: RunRecord,
): { readonly before: Samples; readonly after: Samples } {
  const placeOf = ({ image, host }: RunRecord) => {
    return { sha256: image.sha256, accelerator: host.accelerator.name };
  };
  if (placeOf(before).accelerator !== placeOf(after).accelerator) return noSamples;
  const isSameImage = before.image.sha256 === after.image.sha256;
  const pick = (record: RunRecord) =>
    isSameImage ? samplesOf(record) : withoutImage(durationsOn(database, placeOf(record)));
  return { before: pick(before), after: pick(after) };
}

const noSamples = { before: new Map(), after: new Map() } as const;

const likeRunsBefore = `
  SELECT b.run FROM runs a JOIN runs b
    ON b.command = a.command AND b.shard = a.shard AND b.platform = a.platform
    AND b.accelerator = a.accelerator
    AND b.os_name = a.os_name AND b.channel = a.channel AND b.arch = a.arch
  WHERE a.run = ? AND b.run NOT IN (SELECT part FROM parts)
    AND (b.started_at, b.run) < (a.started_at, a.run)
    AND EXISTS (SELECT 1 FROM cases WHERE cases.run = b.run)
  ORDER BY b.started_at DESC, b.run DESC LIMIT 1
`;

/**
 * The run before this one of the same command, system, channel, architecture, platform and accelerator,
 * and of the same part if it was a part; undefined when it is the first of them.
 */
export function runBefore(database: Database, run: string): string | undefined {
  const found = rowsOf(database, likeRunsBefore, run)[0]?.[0];
  return found === undefined ? undefined : `${found}`;
}
