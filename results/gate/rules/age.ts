/**
 * `age`: the release has been out for a while, so that others could stumble over it.
 */

import type { Candidate } from '../evidence.js';
import type { Edge } from '../policy-schema.js';
import type { GateFinding } from '../rule-result.js';
import type { Judge } from './context.js';

const dayMs = 86_400_000;

/** A rebuild inherits the age of what it was rebuilt from: its stated lineage. */
export const judgeAge: Judge<'age'> = (rule, { evidence, edge, now }) => {
  const { candidate } = evidence;
  const wanted = candidate.security ? Math.min(rule.securityDays, rule.days) : rule.days;
  const since = Math.min(...datesOf(candidate, edge).map((at) => Date.parse(at)));
  const age = (now.getTime() - since) / dayMs;
  const summary = `out for ${age.toFixed(1)} days`;
  if (age >= wanted) return { summary, findings: [] };
  const ready = new Date(since + wanted * dayMs).toISOString().slice(0, 16);
  const expected = `${wanted} days${candidate.security ? ' (security)' : ''}`;
  const seen = `${age.toFixed(1)} days; ready on ${ready} UTC`;
  const status = age < 0 ? 'ERROR' : 'PENDING';
  const finding: GateFinding = { subject: candidate.version, expected, seen, status };
  return { summary, findings: [finding] };
};

/** When it, or what it was rebuilt from, came out in the channel that it comes from. */
function datesOf(
  { publishedAt, lineage, version }: Candidate,
  { mode, from }: Edge,
): readonly string[] {
  if (mode === 'same-bytes') return [publishedAt];
  const branch = version.split('.')[0];
  const related = lineage.filter((one) => {
    return one.channel === from && one.version.split('.')[0] === branch;
  });
  return related.length > 0 ? related.map((one) => one.publishedAt) : [publishedAt];
}
