/**
 * What a verdict needs to know of the accepted policy, and what somebody does who wants another.
 */

import type { PolicyPin } from './evidence.js';
import type { Policy } from './policy-schema.js';

/**
 * Whose consent the next policy needs: as many as the strictest edge wants for a release, or all of them
 * if there are fewer, since nobody could be added otherwise.
 */
export function pinOf({
  policy,
  digest,
  record,
}: {
  readonly policy: Policy;
  readonly digest: string;
  readonly record?: number;
}): PolicyPin {
  const rules = policy.edges.flatMap((edge) => edge.rules);
  const counts = rules.flatMap((rule) => (rule.kind === 'approvals' ? [rule.count] : []));
  const approvers = policy.trust.approvers.map(({ name }) => name);
  const count = Math.min(Math.max(...counts), approvers.length);
  return { digest, ...(record !== undefined && { record }), approvers, count };
}

/** What somebody does who finds another policy than the one that was accepted. */
export function howToAccept({ approvers, count }: Pick<PolicyPin, 'approvers' | 'count'>): string {
  const people = `${count} of ${approvers.join(', ')} sign yard gate policy approve`;
  const first = count > 0 ? `${people}, then ` : '';
  return `${first}a gate key signs yard gate policy accept; or put the old policy back`;
}
