/**
 * `performance`: machines boot as fast, and take as little memory, as with the release before. Like is compared
 * with like: a case with the same case, on the same accelerator, so that it does not matter which were run
 * how often.
 */

import { mannWhitney, median } from '../../statistics.js';
import { cellName } from '../cells.js';
import type { GateFinding } from '../rule-result.js';
import type { RuleOf } from '../rule-schema.js';
import type { RunEvidence } from '../run-evidence.js';
import type { Judge, RuleContext } from './context.js';

/** Both a believable difference and one that matters are needed to fail. */
export const judgePerformance: Judge<'performance'> = (rule, context) => {
  const { baseline } = context.evidence;
  if (baseline === undefined) return { summary: 'there is no release before', findings: [] };
  const { now, before, cases } = compareCases(rule, context);
  const summary = `${rule.metric}: ${now.length} samples against ${before.length} of ${baseline.version}`;
  if (Math.min(now.length, before.length) < rule.samples) {
    return { summary, findings: [tooFew(rule, now.length, before.length)] };
  }
  const ratio = median(now) / median(before);
  const { p } = mannWhitney(now, before);
  const told = `${ratio.toFixed(2)} times, in ${cases} cases`;
  if (ratio <= rule.ratio || p >= rule.p) return { summary: `${summary}, ${told}`, findings: [] };
  const finding: GateFinding = {
    subject: rule.metric,
    expected: `at most ${rule.ratio} times the median of ${baseline.version}`,
    seen: `${told}; by chance ${p.toPrecision(2)}`,
    status: 'FAIL',
  };
  return { summary, findings: [finding] };
};

type Performance = RuleOf<'performance'>;

function tooFew({ metric, samples }: Performance, now: number, before: number): GateFinding {
  const expected = `${samples} samples of each, of the same cases on the same accelerator`;
  return { subject: metric, expected, seen: `${now} and ${before}`, status: 'INCONCLUSIVE' };
}

/** All samples of cases that both releases have, as shares of what the case took before. */
function compareCases({ metric }: Performance, { runs, baselineRuns }: RuleContext) {
  const [after, earlier] = [samplesOf(runs, metric), samplesOf(baselineRuns, metric)];
  const shares = [...after].flatMap(([key, now]) => {
    const before = earlier.get(key);
    if (before === undefined) return [];
    const usual = median(before);
    return [{ now: now.map((one) => one / usual), before: before.map((one) => one / usual) }];
  });
  return {
    now: shares.flatMap((one) => one.now),
    before: shares.flatMap((one) => one.before),
    cases: shares.length,
  };
}

/** Of attempts that passed, by the case and what ran it. */
function samplesOf(runs: readonly RunEvidence[], metric: Performance['metric']) {
  const samples = new Map<string, number[]>();
  for (const { arch, accelerator = 'unknown', cases } of runs) {
    for (const { attempts, ...one } of cases) {
      const passed = attempts.filter(({ outcome }) => outcome === 'passed');
      const own = passed.flatMap(({ bootMs, memoryMiB }) => {
        return (metric === 'boot' ? bootMs : memoryMiB) ?? [];
      });
      const key = `${cellName({ ...one, arch })}, ${accelerator}`;
      const known = samples.get(key);
      if (known) known.push(...own);
      else if (own.length > 0) samples.set(key, own);
    }
  }
  return samples;
}
