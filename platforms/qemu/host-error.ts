/**
 * What the operating system refused, as an error of the host. As it comes from Node it has an errno
 * and no blame, and would count as a fault of Switchyard's own.
 */

import { HarnessError, InfrastructureError } from '../../harness/base/errors.js';

/** Those that say what to do, by errno(3). */
const known: ReadonlyMap<string, readonly [code: string, next: string]> = new Map([
  ['ENOSPC', ['DISK_FULL', 'free some space there']],
  ['EDQUOT', ['DISK_FULL', 'free some space there']],
  ['EMFILE', ['NO_DESCRIPTORS', 'raise the limit of open files (ulimit -n), or use --jobs']],
  ['ENFILE', ['NO_DESCRIPTORS', 'the host has too many files open; use --jobs']],
]);

const anyOther = ['HOST_IO', 'see whether the place is writable and its disk sound'] as const;

/** DISK_FULL, NO_DESCRIPTORS or HOST_IO (infrastructure) for such an error; others as they are. */
export function hostError(thrown: unknown): unknown {
  if (!isSystemError(thrown)) return thrown;
  const [code, next] = known.get(thrown.code) ?? anyOther;
  const message = `the host refused a file, socket or process: ${thrown.message}; ${next}`;
  return new InfrastructureError(code, message, { cause: thrown, phase: 'host' });
}

/** Settles like the work, with such errors told as the host's. */
export async function blamingHost<T>(work: Promise<T>): Promise<T> {
  return await work.catch((error: unknown) => {
    throw hostError(error);
  });
}

/** Node's SystemError: a call by its name, and the name of its errno. */
function isSystemError(thrown: unknown): thrown is Error & { readonly code: string } {
  if (!(thrown instanceof Error) || thrown instanceof HarnessError) return false;
  const { code, syscall } = thrown as NodeJS.ErrnoException;
  return typeof code === 'string' && typeof syscall === 'string';
}
