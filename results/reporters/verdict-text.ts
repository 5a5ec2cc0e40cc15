/**
 * What a run's verdict comes from, where it is not a pass.
 */

import type { CaseStatus } from '../../harness/model/outcome.js';
import type { RunRecord } from '../../harness/model/record.js';

/** `interrupted, 2 errored, 1 left behind`: the reasons of a verdict that is no pass. */
export function whyNot({ verdict, interrupted, endedAt, counts, cases }: RunRecord): string {
  const refusing: readonly CaseStatus[] = ['failed', 'flaky'];
  const open: readonly CaseStatus[] = ['errored', 'missing', 'cancelled'];
  const words = (verdict === 'failed' ? refusing : open).filter((status) => counts[status] > 0);
  const reasons = words.map((status) => `${counts[status]} ${status}`);
  const left = cases.flatMap(({ attempts }) => attempts.flatMap((one) => one.cleanupFailures));
  if (verdict === 'inconclusive' && left.length > 0) reasons.push(`${left.length} left behind`);
  if (interrupted) reasons.unshift('interrupted');
  else if (endedAt === undefined) reasons.unshift('the run did not end');
  return reasons.length > 0 ? reasons.join(', ') : 'nothing passed';
}

/**
 * For formats that know cases alone: why the run is no pass although no case says so, in one line with
 * the run's notes. Undefined where the cases tell.
 */
export function untoldByCases(record: RunRecord): string | undefined {
  const { verdict, cases, notes, run } = record;
  const isTold = cases.some(({ status }) => status !== 'passed' && status !== 'skipped');
  if (verdict === 'passed' || isTold) return undefined;
  return [`run ${run} is ${verdict}: ${whyNot(record)}`, ...notes].join('; ');
}
