/**
 * What is found where nothing may be compared with: a run of the release before is asked for.
 */

import { otherCodes } from '../fresh-runs.js';
import type { GateFinding } from '../rule-result.js';
import type { RuleContext } from './context.js';

/** `why`: what the runs are wanted for. */
export function noReference(why: string, context: RuleContext): GateFinding {
  const { measure } = context;
  const expected = `runs of ${measure?.named}, ${why}`;
  const seen = `${whatThereIs(context)}; run the suites on ${measure?.version} as well`;
  return { subject: 'the baseline', expected, seen, status: 'INCONCLUSIVE' };
}

function whatThereIs({ policy, baselineRest }: RuleContext): string {
  if (baselineRest.length === 0) return 'none';
  const codes = otherCodes({ policy }, baselineRest);
  return codes.length === 0 ? 'parts of runs' : `runs of other code: ${codes.join(', ')}`;
}
