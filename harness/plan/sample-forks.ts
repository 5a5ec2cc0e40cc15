/**
 * Which cases boot cold as well, so that forks are held against what they stand for.
 */

import type { CaseId, SuiteId } from '../model/ids.js';
import type { Case } from '../model/plan.js';
import type { Suite } from '../model/suite.js';
import { shuffle } from './shuffle.js';

/** How large the sample is, and by which seed it is drawn. */
export interface ForkSample {
  /** 0 to 100; of a sample that is not empty at least one case is taken. */
  readonly percent: number;
  readonly seed: number;
}

/** A share of those cases whose suites may start from a template. */
export function sampleForks(
  cases: readonly Case[],
  suites: ReadonlyMap<SuiteId, Suite>,
  { percent, seed }: ForkSample,
): ReadonlySet<CaseId> {
  const forking = cases.filter(({ suite }) => suites.get(suite)?.start !== 'cold');
  const count = Math.ceil((forking.length * percent) / 100);
  const drawn = shuffle(forking, seed).slice(0, count);
  return new Set(drawn.map(({ id }) => id));
}
