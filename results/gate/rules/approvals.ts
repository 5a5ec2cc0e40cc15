/**
 * `approvals`: people want it who are neither the author nor each other.
 */

import type { Candidate } from '../candidate.js';
import { digestOf } from '../canonical-json.js';
import type { Approval } from '../field-evidence.js';
import type { GateFinding } from '../rule-result.js';
import type { Judge, RuleContext } from './context.js';

/** What an approval is for: these images, and all that is said of their author, age and lineage. */
export function candidateDigest(candidate: Candidate): string {
  return digestOf(candidate);
}

/** An approval of another candidate, of another edge or under another policy is none. */
export const judgeApprovals: Judge<'approvals'> = (rule, context) => {
  const { candidate, approvals } = context.evidence;
  const refused = approvals.flatMap((approval) => whyNot(approval, context));
  const valid = validApprovals(context);
  const names = [...new Set(valid.map(({ approver }) => approver.toLowerCase()))];
  const summary = names.length === 0 ? 'nobody has approved' : `approved by ${names.join(', ')}`;
  if (names.length >= rule.count) return { summary, findings: [] };
  const aside = refused.length > 0 ? `; not counted: ${refused.join('; ')}` : '';
  const finding: GateFinding = {
    subject: candidate.version,
    expected: `${rule.count} approvals`,
    seen: `${names.length}${aside}${tooFew(rule.count, context)}`,
    status: 'PENDING',
  };
  return { summary, findings: [finding] };
};

/** Of this candidate as it is, on this edge, under this policy, by others than who made it. */
export function validApprovals(context: RuleContext): readonly Approval[] {
  return context.evidence.approvals.filter((approval) => whyNot(approval, context).length === 0);
}

/** A policy that nobody can satisfy holds for ever. */
function tooFew(count: number, { policy, evidence: { candidate } }: RuleContext): string {
  const { approvers } = policy.trust;
  const others = approvers.filter(({ name }) => !isSamePerson(name, candidate.author));
  if (others.length >= count) return '';
  return `; trust.approvers names ${others.length} who did not make the release`;
}

/** Of people's names; case says nothing. */
export function isSamePerson(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function whyNot(approval: Approval, context: RuleContext): string[] {
  const { candidate } = context.evidence;
  const { approver, version, to, at } = approval;
  const age = context.now.getTime() - Date.parse(at);
  const why: string[] = [];
  if (isSamePerson(approver, candidate.author)) why.push('made the release');
  if (version !== candidate.version) why.push(`approved ${version}`);
  if (to !== context.edge.to) why.push(`approved it for ${to}`);
  if (approval.candidate !== candidateDigest(candidate)) why.push('approved another candidate');
  if (approval.policy !== context.policyDigest) why.push('approved under another policy');
  if (!(age >= 0)) why.push(`approved at ${at}, which is to come`);
  if (age > context.policy.evidence.maxAgeDays * 86_400_000) why.push(`approved long ago, ${at}`);
  return why.length === 0 ? [] : [`${approver} ${why.join(', ')}`];
}
