/**
 * The exit status that a run's record gives; docs/running.md lists them.
 */

import type { RunRecord } from '../harness/model/record.js';

/** Exit statuses of a finished run. 2 (usage) never comes from a record. */
export type RunExitCode = 0 | 1 | 3 | 70 | 130;

/**
 * 130 when the run was interrupted; 70 when the harness itself was at fault in any attempt, since
 * then no other answer can be trusted; else the verdict: 0 passed, 1 failed, 3 inconclusive.
 */
export function exitCodeOf(record: RunRecord): RunExitCode {
  if (record.interrupted) return 130;
  const attempts = record.cases.flatMap((one) => one.attempts);
  if (attempts.some(({ failure }) => failure?.kind === 'internal')) return 70;
  return ({ passed: 0, failed: 1, inconclusive: 3 } as const)[record.verdict];
}
