/**
 * Failures of the candidate that the signed history knows and no attested run tells: somebody ran the
 * suites until they were green and put forward that run alone.
 */

import type { Evidence } from './evidence.js';
import type { GateFinding } from './rule-result.js';
import type { RunEvidence } from './run-evidence.js';

/** By image and suite; runs of any age count, since failures do. */
export function* untoldFailures({ candidate, runs, history }: Evidence): Iterable<GateFinding> {
  for (const { sha256 } of candidate.images) {
    const own = runs.map((signed) => signed.evidence).filter((run) => run.imageSha256 === sha256);
    const known = (history?.entries ?? []).filter((entry) => entry.imageSha256 === sha256);
    for (const suite of new Set(known.map((entry) => entry.suite))) {
      const entries = known.filter((entry) => entry.suite === suite);
      const failed = entries.reduce((sum, entry) => sum + entry.failed, 0);
      const told = failuresOf(suite, own);
      if (failed <= told) continue;
      const expected = `all ${failed} failures on ${sha256.slice(0, 12)} that the history knows`;
      const seen = `runs with ${told}; attest the others, too`;
      yield { subject: suite, expected, seen, status: 'ERROR' };
    }
  }
}

function failuresOf(suite: string, runs: readonly RunEvidence[]): number {
  const cases = runs.flatMap((run) => run.cases.filter((one) => one.suite === suite));
  const attempts = cases.flatMap((one) => one.attempts);
  return attempts.filter(({ outcome }) => outcome === 'failed').length;
}
