/**
 * `canary`: machines in the field have it, long enough, and do not fare worse than with the release
 * before.
 */

import { fisherExact } from '../../count-statistics.js';
import type { CanaryReport } from '../evidence.js';
import type { GateFinding, RuleStatus } from '../rule-result.js';
import { rateOf } from './about-cell.js';
import { canariesOf } from './canary-reports.js';
import type { Judge } from './context.js';

const hourMs = 3_600_000;

/** No data is no evidence: it never passes. */
export const judgeCanary: Judge<'canary'> = (rule, { evidence, now }) => {
  const {
    versions,
    reports: seen,
    strangers,
  } = canariesOf(evidence, {
    oldestMs: now.getTime() - rule.maxAgeHours * hourMs,
    newestMs: now.getTime(),
  });
  const find = (expected: string, seen: string, status: Exclude<RuleStatus, 'PASS' | 'WAIVED'>) => {
    return { subject: 'canaries', expected, seen, status } satisfies GateFinding;
  };
  const findings: GateFinding[] = strangers.map((one) => ({ ...one, status: 'INCONCLUSIVE' }));
  if (seen.length === 0) {
    const expected = `reports of the last ${rule.maxAgeHours} hours on ${versions.join(', ')}`;
    return { summary: 'no data', findings: [...findings, find(expected, 'none', 'INCONCLUSIVE')] };
  }
  const [instances, failed] = [sum(seen, 'instances'), sum(seen, 'failed')];
  const { machines, hours } = longest(seen, rule.instances);
  const summary = `${failed} of ${instances} machines failed in ${hours} hours`;
  if (machines < rule.instances) {
    findings.push(find(`${rule.instances} machines of one version`, `${machines}`, 'PENDING'));
  }
  if (hours < rule.hours) findings.push(find(`${rule.hours} hours`, `${hours}`, 'PENDING'));
  const before = {
    failed: seen.reduce((total, { baseline }) => total + baseline.failed, 0),
    trials: seen.reduce((total, { baseline }) => total + baseline.instances, 0),
  };
  const chance = fisherExact({ failed, trials: instances }, before);
  if (failed > rule.floor * instances && (before.trials === 0 || chance < rule.p)) {
    const expected = `no more than ${before.failed} of ${before.trials} before`;
    const told = `${summary}${reasonsOf(seen)}; by chance ${chance.toPrecision(2)}`;
    findings.push({ ...find(expected, told, 'FAIL'), rate: rateOf({ failed, trials: instances }) });
  }
  return { summary, findings };
};

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
