/**
 * Which mutations are run: by glob over their ids and their suites' ids, or a sample that moves on
 * with the seed until all have had their turn.
 */

import { UsageError } from '../../harness/base/errors.js';
import type { Suite } from '../../harness/model/suite.js';
import { matchesGlob } from '../../harness/select/matches-glob.js';
import type { Mutation } from './mutation.js';

/** Those whose id or suite a glob matches; all without globs. Throws NOTHING_SELECTED (usage). */
export function selectMutations(
  mutations: readonly Mutation[],
  globs: readonly string[],
): readonly Mutation[] {
  const matches = ({ id, suite }: Mutation, glob: string) =>
    matchesGlob(id, glob) || matchesGlob(suite, glob);
  for (const glob of globs) {
    if (mutations.some((mutation) => matches(mutation, glob))) continue;
    const next = 'give the id of a mutation or of a suite, or a glob such as boot/*';
    throw new UsageError('NOTHING_SELECTED', `no mutation matches ${glob}; ${next}`);
  }
  if (globs.length === 0) return mutations;
  return mutations.filter((mutation) => globs.some((glob) => matches(mutation, glob)));
}

/** Those that can be run, and a line about each of the others. */
export interface SplitMutations {
  readonly possible: readonly Mutation[];
  readonly excluded: readonly string[];
}

/**
 * A suite that an image excludes can't fail on it, broken or not: said, and not counted. Throws
 * NOTHING_SELECTED (usage) when none is left, for nothing would be proven.
 */
export function splitMutations(
  mutations: readonly Mutation[],
  suites: readonly Suite[],
  whyNot: (suite: Suite) => string | undefined,
): SplitMutations {
  const reasonOf = ({ suite }: Mutation) => {
    const found = suites.find((one) => one.id === suite);
    return found && whyNot(found);
  };
  const possible = mutations.filter((one) => reasonOf(one) === undefined);
  const excluded = mutations
    .filter((one) => !possible.includes(one))
    .map((one) => `excluded    ${one.id}  ${one.suite}  ${reasonOf(one)}`);
  if (possible.length > 0) return { possible, excluded };
  const why = excluded.join('\n');
  throw new UsageError('NOTHING_SELECTED', `no mutation can be run on this image:\n${why}`);
}

/** `count` of them; consecutive seeds take consecutive ones, so that a cycle covers all. */
export function sampleMutations(
  mutations: readonly Mutation[],
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly Mutation[] {
  const size = Math.min(count, mutations.length);
  return Array.from({ length: size }, (_, n) => {
    return mutations[(seed * size + n) % mutations.length] as Mutation;
  });
}
