/**
 * `canary`: machines in the field have it, long enough, and do not fare worse than with the release
 * before.
 */

import { type Failures, fisherExact } from '../../count-statistics.js';
import type { CanaryReport } from '../field-evidence.js';
import type { GateFinding, RuleStatus } from '../rule-result.js';
import type { RuleOf } from '../rule-schema.js';
import { rateOf } from './about-cell.js';
import { canariesOf } from './canary-reports.js';
import type { Judge } from './context.js';

const hourMs = 3_600_000;

/** No data is no evidence: it never passes. What failed is not undone by saying no more of it. */
export const judgeCanary: Judge<'canary'> = (rule, { evidence, now }) => {
  const { versions, reports, silent, strangers } = canariesOf(evidence, {
    oldestMs: now.getTime() - rule.maxAgeHours * hourMs,
    newestMs: now.getTime(),
  });
  const findings: GateFinding[] = [
    ...strangers.map((one) => ({ ...one, status: 'INCONCLUSIVE' as const })),
    ...silent.flatMap((one) => worseThanBefore(rule, fleetOf([one], lastWord(one)))),
  ];
  if (reports.length === 0) {
    const expected = `reports of the last ${rule.maxAgeHours} hours on ${versions.join(', ')}`;
    return { summary: 'no data', findings: [...findings, found(expected, 'none', 'INCONCLUSIVE')] };
  }
  const { machines, hours } = longest(reports, rule.instances);
  const fleet = fleetOf(reports, `in ${hours} hours`);
  if (machines < rule.instances) {
    findings.push(found(`${rule.instances} machines of one version`, `${machines}`, 'PENDING'));
  }
  if (hours < rule.hours) findings.push(found(`${rule.hours} hours`, `${hours}`, 'PENDING'));
  const worse = worseThanBefore(rule, fleet);
  const isFirst = evidence.baseline === undefined;
  findings.push(...(worse.length > 0 ? worse : notComparable(rule, fleet, isFirst)));
  return { summary: fleet.told, findings };
};

function lastWord({ hours, source, at }: CanaryReport): string {
  return `in ${hours} hours, as ${source} said on ${at}, and nothing since`;
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
}

function fleetOf(reports: readonly CanaryReport[], when: string): Fleet {
  const seen = { failed: sum(reports, 'failed'), trials: sum(reports, 'instances') };
  const before = {
    failed: reports.reduce((total, { baseline }) => total + baseline.failed, 0),
    trials: reports.reduce((total, { baseline }) => total + baseline.instances, 0),
  };
  const told = `${seen.failed} of ${seen.trials} machines failed ${when}`;
  return { seen, before, told, reasons: reasonsOf(reports) };
}

function isMany({ floor }: RuleOf<'canary'>, { seen }: Fleet): boolean {
  return seen.failed > floor * seen.trials;
}

function worseThanBefore(rule: RuleOf<'canary'>, fleet: Fleet): GateFinding[] {
  const { seen, before, told, reasons } = fleet;
  const chance = fisherExact(seen, before);
  if (!isMany(rule, fleet) || (before.trials > 0 && chance >= rule.p)) return [];
  const expected = `no more than ${before.failed} of ${before.trials} before`;
  const text = `${told}${reasons}; by chance ${chance.toPrecision(2)}`;
  return [{ ...found(expected, text, 'FAIL'), rate: rateOf(seen) }];
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
    own.sort((a, b) => b.hours - a.hours);
    const enough = own.findIndex((_, n) => sum(own.slice(0, n + 1), 'instances') >= wanted);
    return { machines: sum(own, 'instances'), hours: own[enough]?.hours ?? 0 };
  });
  return {
    machines: Math.max(...all.map(({ machines }) => machines)),
    hours: Math.max(...all.map(({ hours }) => hours)),
  };
}

function reasonsOf(reports: readonly CanaryReport[]): string {
  const all = reports.flatMap(({ errors = [] }) => errors);
  const told = all.map(({ reason, machines }) => `${reason} on ${machines}`);
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}

function sum(reports: readonly CanaryReport[], field: 'instances' | 'failed'): number {
  return reports.reduce((total, report) => total + report[field], 0);
}
