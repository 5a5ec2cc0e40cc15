/**
 * `approvals`: people want it who are neither the author nor each other.
 */

import { isSamePerson, makersOf, whyNot } from '../consent.js';
import type { Approval } from '../field-evidence.js';
import type { GateFinding } from '../rule-result.js';
import { unsignedAuthor } from './authors.js';
import type { Judge, RuleContext } from './context.js';

/** An approval of another candidate, of another edge or under another policy is none. */
export const judgeApprovals: Judge<'approvals'> = (rule, context) => {
  const { candidate, approvals } = context.evidence;
  const refused = approvals.flatMap((approval) => whyNot(approval, scopeOf(context)));
  const valid = validApprovals(context);
  const names = [...new Set(valid.map(({ approver }) => approver.toLowerCase()))];
  const summary = names.length === 0 ? 'nobody has approved' : `approved by ${names.join(', ')}`;
  const findings = unsignedAuthor(context);
  if (names.length >= rule.count) return { summary, findings };
  const aside = refused.length > 0 ? `; not counted: ${refused.join('; ')}` : '';
  const finding: GateFinding = {
    subject: candidate.version,
    expected: `${rule.count} approvals`,
    seen: `${names.length}${aside}${tooFew(rule.count, context)}`,
    status: 'PENDING',
  };
  return { summary, findings: [...findings, finding] };
};

/** Of this candidate as it is, on this edge, under this policy, by others than who made it. */
export function validApprovals(context: RuleContext): readonly Approval[] {
  const scope = scopeOf(context);
  return context.evidence.approvals.filter((approval) => whyNot(approval, scope).length === 0);
}

function scopeOf({ evidence, edge, policy, policyDigest, now }: RuleContext) {
  const { candidate } = evidence;
  const { maxAgeDays } = policy.evidence;
  return { candidate, makers: makersOf(evidence), to: edge.to, policyDigest, maxAgeDays, now };
}

/** A policy that nobody can satisfy holds for ever. */
function tooFew(count: number, { policy, evidence }: RuleContext): string {
  const makers = makersOf(evidence);
  const { approvers } = policy.trust;
  const others = approvers.filter(({ name }) => !makers.some((one) => isSamePerson(name, one)));
  if (others.length >= count) return '';
  return `; trust.approvers names ${others.length} who did not make the release`;
}
