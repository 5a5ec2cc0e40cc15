/**
 * `canary`: machines in the field have it, long enough, and do not fare worse than with the release
 * before.
 */

import { fisherExact } from '../../count-statistics.js';
import { type CanaryReport, relatedTo } from '../evidence.js';
import type { GateFinding, RuleStatus } from '../rule-result.js';
import { rateOf } from './about-cell.js';
import type { Judge } from './context.js';

const hourMs = 3_600_000;

/** No data is no evidence: it never passes. */
export const judgeCanary: Judge<'canary'> = (rule, { evidence, now }) => {
  const { candidate } = evidence;
  const versions = new Set([candidate, ...relatedTo(candidate)].map(({ version }) => version));
  const fresh = evidence.canaries.filter(({ version, at }) => {
    const age = now.getTime() - Date.parse(at);
    return versions.has(version) && age >= 0 && age <= rule.maxAgeHours * hourMs;
  });
  const find = (expected: string, seen: string, status: Exclude<RuleStatus, 'PASS' | 'WAIVED'>) => {
    return { subject: 'canaries', expected, seen, status } satisfies GateFinding;
  };
  if (fresh.length === 0) {
    const expected = `reports of the last ${rule.maxAgeHours} hours on ${[...versions].join(', ')}`;
    return { summary: 'no data', findings: [find(expected, 'none', 'INCONCLUSIVE')] };
  }
  const seen = latestOf(fresh);
  const [instances, failed] = [sum(seen, 'instances'), sum(seen, 'failed')];
  const { machines, hours } = longest(seen, rule.instances);
  const summary = `${failed} of ${instances} machines failed in ${hours} hours`;
  const findings: GateFinding[] = [];
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

/** A source's last word is what counts; what it said before is in it. */
function latestOf(reports: readonly CanaryReport[]): readonly CanaryReport[] {
  const latest = new Map<string, CanaryReport>();
  for (const report of reports) {
    const known = latest.get(`${report.source} ${report.version}`);
    if (known === undefined || known.at < report.at) {
      latest.set(`${report.source} ${report.version}`, report);
    }
  }
  return [...latest.values()];
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
