/**
 * Picks suites by what a user types: an id, a glob over ids, `tag:NAME`, `claim:ID`, and `!` before
 * any of them to take away.
 */

import { UsageError } from '../base/errors.js';
import type { Suite } from '../model/suite.js';
import { matchesGlob } from './matches-glob.js';
import { nearestNames } from './nearest-names.js';

/**
 * The suites that a positive selector matches (all, if there is none) and no negative one does, in
 * their given order. Throws UNKNOWN_SUITE with the nearest ids, or NOTHING_SELECTED (usage).
 */
export function selectSuites(
  suites: readonly Suite[],
  selectors: readonly string[],
): readonly Suite[] {
  if (selectors.some((selector) => /^!?$/.test(selector))) throw emptySelector();
  const positive = selectors.filter((selector) => !selector.startsWith('!'));
  const negative = selectors.filter((s) => s.startsWith('!')).map((s) => s.slice(1));
  const wanted = positive.length === 0 ? suites : union(suites, positive);
  const unwanted = union(suites, negative);
  const chosen = suites.filter((suite) => wanted.includes(suite) && !unwanted.includes(suite));
  if (chosen.length === 0) throw nothingLeft(selectors);
  return chosen;
}

/**
 * The ids that these selectors name, when they name all that is wanted: ids and globs that each match
 * some. Undefined when the suites themselves have to be looked at.
 */
export function namedIds(
  ids: readonly string[],
  selectors: readonly string[],
): readonly string[] | undefined {
  if (selectors.length === 0 || selectors.some((one) => /^(!|tag:|claim:|$)/.test(one))) return;
  const matched = selectors.map((one) => ids.filter((id) => matchesGlob(id, one)));
  return matched.every(({ length }) => length > 0) ? matched.flat() : undefined;
}

function union(suites: readonly Suite[], selectors: readonly string[]): readonly Suite[] {
  return selectors.flatMap((selector) => {
    const matched = suites.filter((suite) => matches(suite, selector));
    if (matched.length === 0) throw noMatch(suites, selector);
    return matched;
  });
}

function matches(suite: Suite, selector: string): boolean {
  if (selector.startsWith('tag:')) return suite.tags.includes(selector.slice(4));
  if (selector.startsWith('claim:')) return suite.claims.includes(selector.slice(6).toUpperCase());
  return matchesGlob(suite.id, selector);
}

function noMatch(suites: readonly Suite[], selector: string): UsageError {
  if (/^(tag|claim):|[*?[{]/.test(selector)) return nothingSelected(selector);
  const near = meantBy(selector, suites);
  const hint = near.length === 0 ? 'see ./yard list' : `did you mean ${near.join(' or ')}?`;
  return new UsageError('UNKNOWN_SUITE', `unknown suite ${selector}; ${hint}`);
}

/** A glob for who typed an area, the whole id for who left the area out, else what looks alike. */
function meantBy(selector: string, suites: readonly Suite[]): readonly string[] {
  const ids = suites.map(({ id }) => id);
  if (ids.some((id) => id.startsWith(`${selector}/`))) return [`'${selector}/*'`];
  const named = ids.filter((id) => id.endsWith(`/${selector}`));
  return named.length > 0 ? named : nearestNames(selector, ids);
}

function emptySelector(): UsageError {
  const next = 'name a suite, or leave it out to run all; is a shell variable empty?';
  return new UsageError('NOTHING_SELECTED', `an empty selector matches no suite; ${next}`);
}

function nothingLeft(selectors: readonly string[]): UsageError {
  const said = selectors.join(' ');
  const text = said === '' ? 'there is no suite' : `nothing is left of the suites after ${said}`;
  return new UsageError('NOTHING_SELECTED', `${text}; see ./yard list`);
}

function nothingSelected(selector: string): UsageError {
  return new UsageError('NOTHING_SELECTED', `no suite matches ${selector}; see ./yard list`);
}
