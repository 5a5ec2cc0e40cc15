/**
 * What a glob over ids means, the same for suites and whatever else has ids.
 */

import picomatch from 'picomatch';

/** Whether the id is the glob's own text or matches it: `boot/*`, `**`. */
export function matchesGlob(id: string, glob: string): boolean {
  return picomatch.isMatch(id, glob);
}
