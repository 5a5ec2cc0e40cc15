/**
 * `canary`: machines in the field have it, long enough, and do not fare worse than with the release
 * before.
 */

import { type Failures, fisherExact } from '../../count-statistics.js';
import type { CanaryReport } from '../field-evidence.js';
import type { RuleOf } from '../policy-schema.js';
import type { GateFinding, RuleStatus } from '../rule-result.js';
import { rateOf } from './about-cell.js';
import { canariesOf } from './canary-reports.js';
import type { Judge } from './context.js';

const hourMs = 3_600_000;

/** No data is no evidence: it never passes. */
export const judgeCanary: Judge<'canary'> = (rule, { evidence, now }) => {
  const { versions, reports, strangers } = canariesOf(evidence, {
    oldestMs: now.getTime() - rule.maxAgeHours * hourMs,
    newestMs: now.getTime(),
  });
  const findings: GateFinding[] = strangers.map((one) => ({ ...one, status: 'INCONCLUSIVE' }));
  if (reports.length === 0) {
    const expected = `reports of the last ${rule.maxAgeHours} hours on ${versions.join(', ')}`;
    return { summary: 'no data', findings: [...findings, found(expected, 'none', 'INCONCLUSIVE')] };
  }
  const seen = { failed: sum(reports, 'failed'), trials: sum(reports, 'instances') };
  const { machines, hours } = longest(reports, rule.instances);
  const summary = `${seen.failed} of ${seen.trials} machines failed in ${hours} hours`;
  if (machines < rule.instances) {
    findings.push(found(`${rule.instances} machines of one version`, `${machines}`, 'PENDING'));
  }
  if (hours < rule.hours) findings.push(found(`${rule.hours} hours`, `${hours}`, 'PENDING'));
  const isFirst = evidence.baseline === undefined;
  findings.push(...compareWithBefore(seen, { rule, reports, summary, isFirst }));
  return { summary, findings };
};

function found(
  expected: string,
  seen: string,
  status: Exclude<RuleStatus, 'PASS' | 'WAIVED'>,
): GateFinding {
  return { subject: 'canaries', expected, seen, status };
}

interface Comparison {
  readonly rule: RuleOf<'canary'>;
  readonly reports: readonly CanaryReport[];
  readonly summary: string;
  /** The channel has nothing yet. */
  readonly isFirst: boolean;
}

function compareWithBefore(
  seen: Failures,
  { rule, reports, summary, isFirst }: Comparison,
): GateFinding[] {
  const before = {
    failed: reports.reduce((total, { baseline }) => total + baseline.failed, 0),
    trials: reports.reduce((total, { baseline }) => total + baseline.instances, 0),
  };
  const chance = fisherExact(seen, before);
  const isMany = seen.failed > rule.floor * seen.trials;
  if (isMany && (before.trials === 0 || chance < rule.p)) {
    const expected = `no more than ${before.failed} of ${before.trials} before`;
    const told = `${summary}${reasonsOf(reports)}; by chance ${chance.toPrecision(2)}`;
    return [{ ...found(expected, told, 'FAIL'), rate: rateOf(seen) }];
  }
  if (before.trials === 0 && !isFirst) {
    return [found('machines of the release before, to compare with', 'none', 'INCONCLUSIVE')];
  }
  // Beside a machine or two any number of failures may be chance.
  if (!isMany || before.trials >= rule.instances) return [];
  const expected = `${rule.instances} machines of the release before, to compare ${summary} with`;
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
