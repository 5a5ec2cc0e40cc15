/**
 * Order from a seed: the same seed gives the same order on every machine.
 */

import { seededRandom } from '../model/seeded-random.js';

/** A shuffled copy (Fisher and Yates). */
export function shuffle<T>(items: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [copy[last] as T, copy[other] as T];
    copy[last] = b;
    copy[other] = a;
  }
  return copy;
}
