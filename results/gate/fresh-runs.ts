/**
 * Which runs count, by their age. It limits what proves that something is well, and never what proves
 * that it is not: nobody gets rid of a failure by waiting.
 */

import { runsOn } from './cells.js';
import type { Evidence } from './evidence.js';
import type { Policy } from './policy-schema.js';
import type { RunEvidence } from './run-evidence.js';

interface Request {
  readonly policy: Policy;
  readonly evidence: Evidence;
  readonly now: Date;
}

export interface RunsByAge {
  /** All that they came to counts. */
  readonly fresh: readonly RunEvidence[];
  /** Only their failures count. */
  readonly old: readonly RunEvidence[];
}

/** The runs of these very bytes, oldest first. */
export function runsByAge(request: Request, images = request.evidence.candidate.images): RunsByAge {
  const isFresh = freshness(request);
  const own = runsOn(images, request.evidence.runs);
  return { fresh: own.filter(isFresh), old: own.filter((run) => !isFresh(run)) };
}

/** Whether a run is young enough for the policy; one without an end is as old as its start. */
export function freshness({ policy, now }: Omit<Request, 'evidence'>) {
  const oldest = now.getTime() - policy.evidence.maxAgeDays * 86_400_000;
  return ({ endedAt, startedAt }: RunEvidence): boolean => {
    return Date.parse(endedAt ?? startedAt) >= oldest;
  };
}
