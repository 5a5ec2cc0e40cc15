/**
 * `performance`: machines boot as fast, and take as little memory, as with the release before. Like is compared
 * with like: a case with the same case, on the same accelerator, so that it does not matter which were run
 * how often.
 */

import { mannWhitney, median } from '../../statistics.js';
import { cellName } from '../cells.js';
import type { GateFinding } from '../rule-result.js';
import type { RuleOf } from '../rule-schema.js';
import type { CaseEvidence, RunEvidence } from '../run-evidence.js';
import { whereIs } from './about-cell.js';
import type { Judge, RuleContext } from './context.js';

/** Both a believable difference and one that matters are needed to fail. */
export const judgePerformance: Judge<'performance'> = (rule, context) => {
  const { measure } = context;
  if (measure === undefined) return { summary: 'there is no release before', findings: [] };
  const { now, before, cases } = compareCases(rule, context);
  const summary = `${rule.metric}: ${now.length} samples against ${before.length} of ${measure.named}`;
  if (Math.min(now.length, before.length) < rule.samples) {
    return { summary, findings: [tooFew(rule, now.length, before.length)] };
  }
  const ratio = median(now) / median(before);
  const { p } = mannWhitney(now, before);
  const told = `${ratio.toFixed(2)} times, in ${cases} cases`;
  if (ratio <= rule.ratio || p >= rule.p) return { summary: `${summary}, ${told}`, findings: [] };
  const finding: GateFinding = {
    subject: rule.metric,
    expected: `at most ${rule.ratio} times the median of ${measure.named}`,
    seen: `${told}; by chance ${p.toPrecision(2)}`,
    status: 'FAIL',
    ...worstOf(rule, context),
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

type Metric = Performance['metric'];

/** Of attempts that passed, by the case and what ran it. */
function samplesOf(runs: readonly RunEvidence[], metric: Metric) {
  const samples = new Map<string, number[]>();
  for (const run of runs) {
    for (const one of run.cases) {
      const own = samplesIn(one, metric);
      if (own.length === 0) continue;
      const key = keyOf(one, run);
      const known = samples.get(key);
      if (known) known.push(...own);
      else samples.set(key, own);
    }
  }
  return samples;
}

function keyOf(one: CaseEvidence, { arch, accelerator = 'unknown' }: RunEvidence): string {
  return `${cellName({ ...one, arch })}, ${accelerator}`;
}

function samplesIn({ attempts }: CaseEvidence, metric: Metric): number[] {
  const passed = attempts.filter(({ outcome }) => outcome === 'passed');
  return passed.flatMap(({ bootMs, memoryMiB }) => {
    return (metric === 'boot' ? bootMs : memoryMiB) ?? [];
  });
}

/** Where the sample is that is the most of what its case took before. */
function worstOf({ metric }: Performance, { runs, baselineRuns }: RuleContext) {
  const before = samplesOf(baselineRuns, metric);
  const shares = runs.flatMap((run) => {
    return run.cases.map((one, index) => {
      const known = before.get(keyOf(one, run));
      const share = known ? Math.max(0, ...samplesIn(one, metric)) / median(known) : 0;
      return { run: run.run, index, share };
    });
  });
  const [worst] = shares.sort((a, b) => b.share - a.share);
  return worst && whereIs(worst);
}
