/**
 * How an error that reached the top is shown and which exit status it gives: 2 for usage, 3 when it
 * could not be told, 130 when interrupted, 70 for our own faults.
 */

import { HarnessError, toError } from '../base/errors.js';
import { inOneLine } from '../base/in-one-line.js';

/** The exit status of an error that ended the command. */
export function exitCodeOfError(thrown: unknown): number {
  const error = firstOf(thrown);
  if (!(error instanceof HarnessError)) return 70;
  const codes = { usage: 2, product: 1, infrastructure: 3, cancelled: 130, internal: 70 } as const;
  return codes[error.kind];
}

/** What went wrong first, when the cleanup that followed failed too. */
function firstOf(thrown: unknown): unknown {
  const isPair = thrown instanceof Error && 'suppressed' in thrown;
  return isPair ? firstOf(thrown.suppressed) : thrown;
}

/**
 * One line for a known error, also where another program or a parser says more; our own faults show
 * their stack, since somebody has to mend them.
 */
export function describeError(thrown: unknown): string {
  const error = toError(firstOf(thrown));
  if (error instanceof HarnessError) return `yard: ${inOneLine(error.message)} [${error.code}]`;
  return `yard: internal error, please report it\n${error.stack ?? error.message}`;
}
