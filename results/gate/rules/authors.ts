/**
 * Who made a release, where the policy has them sign for it: a name in a file is anybody's word.
 */

import { candidateDigest, isSamePerson } from '../consent.js';
import type { GateFinding } from '../rule-result.js';
import type { RuleContext } from './context.js';

/** What is found when nobody signed to be the author that the candidate names. */
export function unsignedAuthor({ policy, evidence }: RuleContext): readonly GateFinding[] {
  const { candidate, authorships = [] } = evidence;
  if (policy.trust.authors === undefined) return [];
  const own = authorships.filter(({ author }) => isSamePerson(author, candidate.author));
  if (own.some((one) => one.candidate === candidateDigest(candidate))) return [];
  const next = `${candidate.author} signs yard gate author ${candidate.version}`;
  const seen = own.length === 0 ? 'nothing' : 'one of it as it was before';
  const expected = `a statement by ${candidate.author} to have made it`;
  return [{ subject: candidate.version, expected, seen: `${seen}; ${next}`, status: 'PENDING' }];
}
