/**
 * Waivers against what the rules found: each excuses a failure that it names in every respect, and
 * nothing else. How they were used is a rule of its own.
 */

import picomatch from 'picomatch';
import type { Candidate } from './candidate.js';
import { isSamePerson } from './consent.js';
import type { Approval } from './field-evidence.js';
import type { Policy } from './policy-schema.js';
import { type GateFinding, type RuleResult, statusOf } from './rule-result.js';
import { isExpired, isForVersion, type Waiver } from './waiver.js';

/** For which release, under which policy, and who agreed. */
interface WaiverRequest {
  readonly policy: Policy;
  readonly candidate: Candidate;
  /** Those that count, see `validApprovals`. */
  readonly approvals: readonly Approval[];
  readonly now: Date;
}

/** The results with what is excused marked, and the result about the waivers themselves. */
export function applyWaivers(
  results: readonly RuleResult[],
  waivers: readonly Waiver[],
  { now, ...request }: WaiverRequest,
): readonly RuleResult[] {
  const { candidate } = request;
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
  return [...waived, judgeUse({ ...request, meant, valid, used })];
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

interface Use extends Omit<WaiverRequest, 'now'> {
  /** For this version. */
  readonly meant: readonly Waiver[];
  readonly valid: readonly Waiver[];
  readonly used: ReadonlySet<string>;
}

function judgeUse(use: Use): RuleResult {
  const { meant, valid, used } = use;
  const findings = [...ofTime(use), ...ofApprovers(use), ...ofNumber(use), ...ofConsent(use)];
  const unused = valid.filter(({ file }) => !used.has(file)).map(({ file }) => file);
  const remove = unused.length > 0 ? `; nothing to excuse, remove: ${unused.join(', ')}` : '';
  const summary = `${used.size} of ${meant.length} used${remove}`;
  return { rule: 'waivers', kind: 'waivers', status: statusOf(findings), summary, findings };
}

function ofTime({ meant, valid }: Use): readonly GateFinding[] {
  const over = meant.filter((waiver) => !valid.includes(waiver));
  return over.map(({ file, created, expires }) => {
    const seen = `from ${created} to ${expires}`;
    return { subject: file, expected: 'a waiver that holds today', seen, status: 'FAIL' };
  });
}

function ofApprovers({ meant, policy, candidate }: Use): readonly GateFinding[] {
  const isAuthor = (name: string) => isSamePerson(name, candidate.author);
  const names = policy.trust.approvers.map(({ name }) => name);
  const approvers = names.filter((name) => !isAuthor(name));
  const strangers = meant.filter(({ approver }) => {
    return !approvers.some((name) => isSamePerson(name, approver));
  });
  return strangers.map(({ file, approver }) => {
    const expected = `approved by ${approvers.join(' or ') || 'an approver, of whom there is none'}`;
    const who = isAuthor(approver) ? `${approver}, who made the release` : approver;
    return { subject: file, expected, seen: `by ${who}`, status: 'FAIL' };
  });
}

function ofNumber({ used, policy }: Use): readonly GateFinding[] {
  const { most } = policy.waivers;
  if (used.size <= most) return [];
  const expected = `at most ${most} waivers for a release`;
  const seen = `${used.size}: ${[...used].join(', ')}`;
  return [{ subject: 'waivers', expected, seen, status: 'FAIL' }];
}

/** The file says who agreed, and anybody can write it: whoever it names has signed it with an approval. */
function ofConsent({ meant, used, approvals }: Use): readonly GateFinding[] {
  const unsigned = meant.filter(({ file, approver, digest }) => {
    const isSigned = approvals.some((approval) => {
      return isSamePerson(approval.approver, approver) && (approval.waivers ?? []).includes(digest);
    });
    return used.has(file) && !isSigned;
  });
  return unsigned.map(({ file, approver }) => {
    const seen = `not yet; ${approver} approves the release anew with yard gate approve`;
    return { subject: file, expected: `signed by ${approver}`, seen, status: 'PENDING' };
  });
}
