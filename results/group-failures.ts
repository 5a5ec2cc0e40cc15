/**
 * Cases that came to nothing for the same reason, together.
 */

import type { CaseStatus } from '../harness/model/outcome.js';
import type { CaseRecord } from '../harness/model/record.js';
import { type FailureSignature, signatureOf } from './failure-signature.js';
import { decisiveAttempt, reasonOf } from './reporters/explain.js';

/** At least one case; of one status. Without a signature nothing is known but that. */
export interface FailureGroup {
  readonly status: CaseStatus;
  readonly signature?: FailureSignature;
  readonly cases: readonly [CaseRecord, ...CaseRecord[]];
}

/** The statuses that reports explain, worst first. */
export const toExplain: readonly CaseStatus[] = [
  'failed',
  'errored',
  'flaky',
  'missing',
  'cancelled',
];

/** Groups what needs an explanation: worst status first, then the largest group. */
export function groupFailures(cases: readonly CaseRecord[]): readonly FailureGroup[] {
  return toExplain.flatMap((status) => {
    const groups = groupsOf(
      status,
      cases.filter((one) => one.status === status),
    );
    return groups.sort((a, b) => b.cases.length - a.cases.length);
  });
}

function groupsOf(status: CaseStatus, cases: readonly CaseRecord[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const one of cases) {
    const attempt = decisiveAttempt(one);
    const signature = attempt && signatureOf(attempt);
    const key = signature?.id ?? reasonOf(one);
    const known = groups.get(key);
    const grown: FailureGroup['cases'] = known ? [...known.cases, one] : [one];
    groups.set(key, { status, ...(signature ? { signature } : {}), cases: grown });
  }
  return [...groups.values()];
}
