/**
 * `performance`: machines boot as fast, and take as little memory, as with the release before.
 */

import { mannWhitney, median } from '../../statistics.js';
import type { GateFinding } from '../rule-result.js';
import type { RunEvidence } from '../run-evidence.js';
import type { Judge } from './context.js';

/** Both a believable difference and one that matters are needed to fail. */
export const judgePerformance: Judge<'performance'> = (rule, context) => {
  const { baseline } = context.evidence;
  if (baseline === undefined) return { summary: 'there is no release before', findings: [] };
  const [now, before] = [context.runs, context.baselineRuns].map((runs) =>
    samples(runs, rule.metric),
  );
  if (!now || !before) return { summary: 'nothing', findings: [] };
  const summary = `${rule.metric}: ${now.length} samples against ${before.length} of ${baseline.version}`;
  if (Math.min(now.length, before.length) < rule.samples) {
    const seen = `${now.length} and ${before.length}`;
    const expected = `${rule.samples} samples of each`;
    return {
      summary,
      findings: [{ subject: rule.metric, expected, seen, status: 'INCONCLUSIVE' }],
    };
  }
  const ratio = median(now) / median(before);
  const { p } = mannWhitney(now, before);
  const told = `${ratio.toFixed(2)} times (${median(now).toFixed(0)} against ${median(before).toFixed(0)})`;
  if (ratio <= rule.ratio || p >= rule.p) return { summary: `${summary}, ${told}`, findings: [] };
  const finding: GateFinding = {
    subject: rule.metric,
    expected: `at most ${rule.ratio} times the median of ${baseline.version}`,
    seen: `${told}; by chance ${p.toPrecision(2)}`,
    status: 'FAIL',
  };
  return { summary, findings: [finding] };
};

function samples(runs: readonly RunEvidence[], metric: 'boot' | 'memory'): number[] {
  const attempts = runs.flatMap(({ cases }) => cases.flatMap((one) => one.attempts));
  const passed = attempts.filter(({ outcome }) => outcome === 'passed');
  if (metric === 'boot') return passed.flatMap(({ bootMs }) => bootMs ?? []);
  return passed.flatMap(({ memoryMiB }) => memoryMiB ?? []);
}
