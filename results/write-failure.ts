/**
 * What went wrong when a file of a run could not be written: the host's fault, and a full disk is told
 * from everything else.
 */

import { InfrastructureError, toError } from '../harness/base/errors.js';

/** DISK_FULL, or `code`, as an error of the host that says what to do. */
export function writeFailure(
  code: string,
  what: string,
  path: string,
  thrown: unknown,
): InfrastructureError {
  const cause = toError(thrown);
  const isFull = ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '');
  const next = isFull ? 'free some space or choose another place with --runs DIR' : 'see the cause';
  const message = `cannot write ${what} ${path}: ${cause.message}; ${next}`;
  return new InfrastructureError(isFull ? 'DISK_FULL' : code, message, { cause, phase: 'host' });
}
