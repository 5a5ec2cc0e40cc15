/**
 * Which runs count, by their age, by the code that they ran, and whether they are whole. All of it limits
 * what proves that something is well, and never what proves that it is not: nobody gets rid of a failure by
 * waiting, by other suites, or by running a part once more.
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

/** Runs that may prove something, and those of which only failures count. */
export interface RunsByWeight {
  /** All that they came to counts. */
  readonly fresh: readonly RunEvidence[];
  /** Too old, of other code, or a part of a run. */
  readonly rest: readonly RunEvidence[];
}

/** The runs of these very bytes, oldest first. */
export function weighRuns(
  request: Request,
  images = request.evidence.candidate.images,
): RunsByWeight {
  const counts = countsFully(request);
  const own = runsOn(images, request.evidence.runs);
  return { fresh: own.filter(counts), rest: own.filter((run) => !counts(run)) };
}

/** Whether the policy lets a run prove that something is well. */
export function countsFully(request: Omit<Request, 'evidence'>) {
  return (run: RunEvidence): boolean => {
    return tellsWhatIsUsual(request.policy, run) && isYoung(request, run);
  };
}

/**
 * Whether a run may say how it was with an earlier release. There a failure is an excuse, as a pass is
 * elsewhere: neither other suites nor a part of a run may make one. It may be of any age.
 */
export function tellsWhatIsUsual(policy: Policy, run: RunEvidence): boolean {
  return run.shard === undefined && isOfCode(policy, run);
}

/** One without an end is as old as its start. */
function isYoung({ policy, now }: Omit<Request, 'evidence'>, run: RunEvidence): boolean {
  const oldest = now.getTime() - policy.evidence.maxAgeDays * 86_400_000;
  return Date.parse(run.endedAt ?? run.startedAt) >= oldest;
}

/** Whether the policy names the code of a run, or of what a history tells of one; all where it names none. */
export function isOfCode({ evidence: { code } }: Policy, run: { readonly code?: string }): boolean {
  return code === undefined || (run.code !== undefined && code.includes(run.code));
}

/** The codes of these runs that the policy does not name; none where it names none. */
export function otherCodes(
  { policy }: Pick<Request, 'policy'>,
  runs: readonly RunEvidence[],
): readonly string[] {
  const others = runs.filter((run) => !isOfCode(policy, run));
  return [...new Set(others.map(({ code = 'unknown' }) => code))];
}
