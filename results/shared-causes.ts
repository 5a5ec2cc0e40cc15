/**
 * Causes that several flaky cases have in common: what is mended once for all of them.
 */

import type { Flake, SignatureCount } from './find-flakes.js';

/** A cause, how often it was seen in all, and where. */
export interface SharedCause extends SignatureCount {
  /** Two or more, by their ids. */
  readonly cases: readonly string[];
}

/** Those of most cases first. */
export function sharedCauses(flakes: readonly Flake[]): readonly SharedCause[] {
  const causes = new Map<string, SharedCause>();
  for (const { case: id, signatures } of flakes) {
    for (const cause of signatures) {
      const { cases = [], count = 0 } = causes.get(cause.signature) ?? {};
      const all = { cases: [...cases, id], count: count + cause.count };
      causes.set(cause.signature, { ...cause, ...all });
    }
  }
  const shared = [...causes.values()].filter(({ cases }) => cases.length > 1);
  return shared.sort((a, b) => b.cases.length - a.cases.length || b.count - a.count);
}
