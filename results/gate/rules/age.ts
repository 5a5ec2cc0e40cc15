/**
 * `age`: the release has been out for a while, so that others could stumble over it.
 */

import { type Candidate, nearestAncestors } from '../candidate.js';
import type { Edge } from '../policy-schema.js';
import type { GateFinding } from '../rule-result.js';
import type { Judge, Judgement } from './context.js';

const dayMs = 86_400_000;

/** A rebuild inherits the age of what it was rebuilt from: its stated lineage. */
export const judgeAge: Judge<'age'> = (rule, { evidence, edge, now }) => {
  const { candidate } = evidence;
  const wanted = candidate.security ? Math.min(rule.securityDays, rule.days) : rule.days;
  const out = outSince(candidate, edge);
  if (out === undefined) return ofStranger(candidate, edge);
  const since = Date.parse(out);
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

/**
 * When it came out in the channel that it comes from; of a rebuild, which was never there, when what it
 * was rebuilt from did. Its own date says nothing of that.
 */
function outSince(candidate: Candidate, { mode, from }: Edge): string | undefined {
  if (mode === 'same-bytes') return candidate.publishedAt;
  return nearestAncestors(candidate).find(({ channel }) => channel === from)?.publishedAt;
}

function ofStranger({ version, lineage }: Candidate, { from }: Edge): Judgement {
  const expected = `a release of ${from} of the same branch in its lineage`;
  const known = lineage.map((one) => `${one.version} of ${one.channel}`).join(', ') || 'none';
  const seen = `${known}; name what it was rebuilt from in candidates/${version}.yaml`;
  const finding: GateFinding = { subject: version, expected, seen, status: 'INCONCLUSIVE' };
  return { summary: `never out in ${from}`, findings: [finding] };
}
