/**
 * What somebody probably meant.
 */

import { distance } from 'fastest-levenshtein';

const mostSuggestions = 3;

/** Up to three of the names that are a few keystrokes away from `text`, nearest first. */
export function nearestNames(text: string, names: readonly string[]): readonly string[] {
  const limit = Math.max(2, Math.floor(text.length / 3));
  return names
    .map((name) => ({ name, keystrokes: distance(text, name) }))
    .filter(({ keystrokes }) => keystrokes <= limit)
    .sort((a, b) => a.keystrokes - b.keystrokes)
    .slice(0, mostSuggestions)
    .map(({ name }) => name);
}
