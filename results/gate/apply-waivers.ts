/**
 * Waivers against what the rules found: each excuses a failure that it names in every respect, and
 * nothing else. How they were used is a rule of its own.
 */

import picomatch from 'picomatch';
import type { Candidate } from './candidate.js';
import type { Policy } from './policy-schema.js';
import { type GateFinding, type RuleResult, statusOf } from './rule-result.js';
import { isExpired, isForVersion, type Waiver } from './waiver.js';

/** The results with what is excused marked, and the result about the waivers themselves. */
export function applyWaivers(
  results: readonly RuleResult[],
  waivers: readonly Waiver[],
  {
    policy,
    candidate,
    now,
  }: { readonly policy: Policy; readonly candidate: Candidate; readonly now: Date },
): readonly RuleResult[] {
  const meant = waivers.filter((waiver) => isForVersion(waiver, candidate.version));
  const valid = meant.filter((waiver) => !isExpired(waiver, now) && isBegun(waiver, now));
  const used = new Set<string>();
  const waived = results.map((result) => {
    const findings = result.findings.map((finding) => {
      const waiver = valid.find((one) => excuses(one, result.rule, finding));
      if (waiver === undefined) return finding;
      used.add(waiver.file);
      return { ...finding, waivedBy: waiver.file };
    });
    return { ...result, findings, status: statusOf(findings) };
  });
  return [...waived, judgeUse({ meant, valid, used, policy, candidate })];
}

function isBegun({ created }: Waiver, now: Date): boolean {
  return Date.parse(created) <= now.getTime();
}

/** Only failures: what is missing, pending or not believed can't be excused. */
function excuses(waiver: Waiver, rule: string, finding: GateFinding): boolean {
  const [suite = ''] = finding.subject.replace(/^the update from .*?: /, '').split(' on ');
  return (
    finding.status === 'FAIL' &&
    waiver.rule === rule &&
    waiver.signature === finding.signature &&
    picomatch.isMatch(suite, waiver.case)
  );
}

interface Use {
  /** For this version. */
  readonly meant: readonly Waiver[];
  readonly valid: readonly Waiver[];
  readonly used: ReadonlySet<string>;
  readonly policy: Policy;
  readonly candidate: Candidate;
}

function judgeUse({ meant, valid, used, policy, candidate }: Use): RuleResult {
  const { most } = policy.waivers;
  const author = candidate.author.toLowerCase();
  const names = policy.trust.approvers.map(({ name }) => name.toLowerCase());
  const approvers = names.filter((name) => name !== author);
  const findings: GateFinding[] = meant
    .filter((waiver) => !valid.includes(waiver))
    .map(({ file, created, expires }) => {
      const seen = `from ${created} to ${expires}`;
      return { subject: file, expected: 'a waiver that holds today', seen, status: 'FAIL' };
    });
  for (const { file, approver } of meant) {
    if (approvers.includes(approver.toLowerCase())) continue;
    const expected = `approved by ${approvers.join(' or ') || 'an approver, of whom there is none'}`;
    const who = approver.toLowerCase() === author ? `${approver}, who made the release` : approver;
    findings.push({ subject: file, expected, seen: `by ${who}`, status: 'FAIL' });
  }
  if (used.size > most) {
    const expected = `at most ${most} waivers for a release`;
    const seen = `${used.size}: ${[...used].join(', ')}`;
    findings.push({ subject: 'waivers', expected, seen, status: 'FAIL' });
  }
  const unused = valid.filter(({ file }) => !used.has(file)).map(({ file }) => file);
  const remove = unused.length > 0 ? `; nothing to excuse, remove: ${unused.join(', ')}` : '';
  const summary = `${used.size} of ${meant.length} used${remove}`;
  return { rule: 'waivers', kind: 'waivers', status: statusOf(findings), summary, findings };
}
