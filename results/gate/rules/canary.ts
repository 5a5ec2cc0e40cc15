/**
 * `canary`: machines in the field have it, long enough, and do not fare worse than with the release
 * before.
 */

import { type Failures, fisherExact } from '../../count-statistics.js';
import { type CanaryReport, runOfSource } from '../field-evidence.js';
import type { GateFinding, RuleStatus } from '../rule-result.js';
import type { RuleOf } from '../rule-schema.js';
import { rateOf, whereIsRun } from './about-cell.js';
import { canariesOf } from './canary-reports.js';
import type { Judge } from './context.js';

const hourMs = 3_600_000;

/** No data is no evidence: it never passes. What failed is not undone by saying no more of it. */
export const judgeCanary: Judge<'canary'> = (rule, { evidence, measure, policy, now }) => {
  const { versions, reports, silent, strangers } = canariesOf(evidence, measure, {
    oldestMs: now.getTime() - rule.maxAgeHours * hourMs,
    newestMs: now.getTime(),
  });
  const findings = strangers.map((one): GateFinding => ({ ...one, status: 'INCONCLUSIVE' }));
  const worse = judgeFleets(rule, reports, silent);
  findings.push(...worse);
  if (reports.length === 0) {
    const expected = `reports of the last ${rule.maxAgeHours} hours on ${versions.join(', ')}`;
    const seen = policy.trust.canaries.length > 0 ? 'none' : 'none; trust.canaries names nobody';
    return { summary: 'no data', findings: [...findings, found(expected, seen, 'INCONCLUSIVE')] };
  }
  const { machines, hours } = longest(reports, rule.instances);
  const fleet = fleetOf(reports, `in ${hours} hours`);
  if (machines < rule.instances) {
    findings.push(found(`${rule.instances} machines of one version`, `${machines}`, 'PENDING'));
  }
  if (hours < rule.hours) findings.push(found(`${rule.hours} hours`, `${hours}`, 'PENDING'));
  const isFirst = evidence.baseline === undefined;
  if (worse.length === 0) findings.push(...notComparable(rule, fleet, isFirst));
  return { summary: fleet.told, findings };
};

/**
 * The machines of each version, and those of each source: many that are well, of another release or in another
 * place, do not outweigh them.
 */
function judgeFleets(
  rule: RuleOf<'canary'>,
  reports: readonly CanaryReport[],
  silent: readonly CanaryReport[],
): GateFinding[] {
  const versions = [...new Set(reports.map(({ version }) => version))];
  const parts = versions.map((version) => reports.filter((one) => one.version === version));
  const whole = [reports, ...(versions.length > 1 ? parts : [])].map((own) => {
    return fleetOf(own, `in ${hoursOf(own)} hours`);
  });
  // Of many sources one may look ill by chance.
  const strict = { ...rule, p: rule.p / Math.max(1, reports.length + silent.length) };
  const single = [
    ...(reports.length > versions.length ? reports.map((one) => fleetOf([one], whence(one))) : []),
    ...silent.map((one) => fleetOf([one], `${whence(one)}, and nothing since`)),
  ];
  const [all, ...others] = whole;
  const isComparable = ({ before }: Fleet) => before.trials > 0;
  return [
    ...(all ? worseThanBefore(rule, all) : []),
    ...others.filter(isComparable).flatMap((fleet) => worseThanBefore(rule, fleet)),
    ...single.filter(isComparable).flatMap((fleet) => worseThanBefore(strict, fleet)),
  ];
}

function whence(report: CanaryReport): string {
  return `in ${hoursOf([report])} hours, as ${report.source} said on ${report.at}`;
}

/** Since the first of them has it. */
function hoursOf(reports: readonly CanaryReport[]): number {
  return Math.max(0, ...reports.flatMap(({ ages }) => ages.map(({ hours }) => hours)));
}

function found(
  expected: string,
  seen: string,
  status: Exclude<RuleStatus, 'PASS' | 'WAIVED'>,
): GateFinding {
  return { subject: 'canaries', expected, seen, status };
}

/** Machines that have it, and those that had the release before at the same age. */
interface Fleet {
  readonly seen: Failures;
  readonly before: Failures;
  readonly told: string;
  /** Why they failed, in brackets, if anybody said. */
  readonly reasons: string;
  /** Where most of them failed, if those were canaries of a run. */
  readonly run: string | undefined;
}

function fleetOf(reports: readonly CanaryReport[], when: string): Fleet {
  const seen = { failed: sum(reports, 'failed'), trials: sum(reports, 'instances') };
  const before = {
    failed: reports.reduce((total, { baseline }) => total + baseline.failed, 0),
    trials: reports.reduce((total, { baseline }) => total + baseline.instances, 0),
  };
  const told = `${seen.failed} of ${seen.trials} machines failed ${when}`;
  const [worst] = [...reports].sort((a, b) => b.failed - a.failed);
  const run = worst && runOfSource(worst.source);
  return { seen, before, told, reasons: reasonsOf(reports), run };
}

function isMany({ floor }: RuleOf<'canary'>, { seen }: Fleet): boolean {
  return seen.failed > floor * seen.trials;
}

function worseThanBefore(rule: RuleOf<'canary'>, fleet: Fleet): GateFinding[] {
  const { seen, before, told, reasons, run } = fleet;
  const chance = fisherExact(seen, before);
  if (!isMany(rule, fleet) || (before.trials > 0 && chance >= rule.p)) return [];
  const expected =
    before.trials === 0
      ? `at most ${100 * rule.floor} % of them failed, with nothing to compare with`
      : `no more than ${before.failed} of ${before.trials} before`;
  const text = `${told}${reasons}; by chance ${chance.toPrecision(2)}`;
  const about = { rate: rateOf(seen), ...(run !== undefined && whereIsRun(run)) };
  return [{ ...found(expected, text, 'FAIL'), ...about }];
}

function notComparable(rule: RuleOf<'canary'>, fleet: Fleet, isFirst: boolean): GateFinding[] {
  const { before, told } = fleet;
  if (before.trials === 0 && !isFirst) {
    return [found('machines of the release before, to compare with', 'none', 'INCONCLUSIVE')];
  }
  // Beside a machine or two any number of failures may be chance.
  if (!isMany(rule, fleet) || before.trials >= rule.instances) return [];
  const expected = `${rule.instances} machines of the release before, to compare ${told} with`;
  return [found(expected, `${before.trials}`, 'INCONCLUSIVE')];
}

/**
 * The version that so many machines have had for the longest time: a few that had it early, or had another
 * one, make nobody's time longer. Of too few, the most there are, and no time.
 */
function longest(reports: readonly CanaryReport[], wanted: number) {
  const versions = [...new Set(reports.map(({ version }) => version))];
  const all = versions.map((version) => {
    const own = reports.filter((one) => one.version === version);
    return { machines: sum(own, 'instances'), hours: hoursOfMany(own, wanted) };
  });
  return {
    machines: Math.max(...all.map(({ machines }) => machines)),
    hours: Math.max(...all.map(({ hours }) => hours)),
  };
}

/** How long so many machines at least have had it. */
function hoursOfMany(reports: readonly CanaryReport[], wanted: number): number {
  const ages = reports.flatMap((one) => one.ages).sort((a, b) => b.hours - a.hours);
  let machines = 0;
  const enough = ages.find((age) => {
    machines += age.machines;
    return machines >= wanted;
  });
  return enough?.hours ?? 0;
}

function reasonsOf(reports: readonly CanaryReport[]): string {
  const all = reports.flatMap(({ errors = [] }) => errors);
  const told = all.map(({ reason, machines }) => `${reason} on ${machines}`);
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}

function sum(reports: readonly CanaryReport[], field: 'instances' | 'failed'): number {
  return reports.reduce((total, report) => total + report[field], 0);
}
