/**
 * Statements about a machine that throw when they do not hold. Each names its subject, what was
 * expected and what was seen, so that the message alone is a bug report.
 */

import { AssertionFailed } from '../../harness/base/errors.js';
import type { ExecResult } from '../../harness/model/machine.js';

const longestValue = 600;

function show(value: unknown): string {
  const text =
    typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? 'none');
  return text.length > longestValue
    ? `${text.slice(0, longestValue)}… (${text.length} chars)`
    : text;
}

function describe({ argv, status, signal, stdout, stderr }: ExecResult): string {
  const end = signal === undefined ? `status ${status}` : `signal ${signal}`;
  return `${end} from ${argv.join(' ')}, stdout ${show(stdout.trim())}, stderr ${show(stderr.trim())}`;
}

/** Same value; objects and arrays are compared by their JSON. */
function equal<T>(actual: T, expected: T, what: string): void {
  if (Object.is(actual, expected)) return;
  const [seen, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  const comparable = typeof actual === 'object' && typeof expected === 'object';
  if (comparable && seen === wanted) return;
  throw new AssertionFailed(what, show(expected), show(actual));
}

/** Any value but this one. */
function differs(actual: string, other: string, what: string): void {
  if (actual === other)
    throw new AssertionFailed(what, `anything but ${show(other)}`, show(actual));
}

/** The text matches the expression; returns the match, for its groups. */
function matches(actual: string, pattern: RegExp, what: string): RegExpExecArray {
  const match = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).exec(actual);
  if (match === null) throw new AssertionFailed(what, `a match of ${pattern}`, show(actual));
  return match;
}

/** The text contains the part, or the list has the element. */
function includes(actual: string | readonly string[], part: string, what: string): void {
  if (actual.includes(part)) return;
  throw new AssertionFailed(what, `it to include ${show(part)}`, show(actual));
}

/** The text does not contain the part, nor the list the element. */
function excludes(actual: string | readonly string[], part: string, what: string): void {
  if (!actual.includes(part)) return;
  throw new AssertionFailed(what, `it not to include ${show(part)}`, show(actual));
}

/** The condition holds; `what` states it, `seen` is what was seen instead. */
function ok(condition: boolean, what: string, seen: unknown): void {
  if (!condition) throw new AssertionFailed(what, 'this to hold', show(seen));
}

/** The command ended with a status other than 0, by itself and not by a signal. */
function fails(result: ExecResult, what: string): void {
  if (result.status !== undefined && result.status !== 0) return;
  throw new AssertionFailed(what, 'a command that fails', describe(result));
}

/** The command ended with status 0; returns its trimmed stdout. */
function succeeds(result: ExecResult, what: string): string {
  if (result.status === 0) return result.stdout.trim();
  throw new AssertionFailed(what, 'a command that succeeds', describe(result));
}

/** The checks of a suite. All throw AssertionFailed, code ASSERTION_FAILED. */
export const check = { equal, differs, matches, includes, excludes, ok, fails, succeeds } as const;
