/**
 * Which failures damaged memory or disks can make. A config that Ignition refuses, or a unit that fails,
 * is never made by them: those are the image's from the first moment on.
 */

import type { Phase } from './outcome.js';

/** The codes of programs that crash; what kernels, disks and file systems say is of the phase `kernel`. */
const crashes: readonly string[] = ['CORE_DUMP', 'SEGFAULT'];

/** Whether a machine may fail so because it goes on from memory that is not what it was. */
export function mayBeDamage({
  phase,
  code,
}: {
  readonly phase?: Phase | undefined;
  readonly code: string;
}): boolean {
  return phase === 'kernel' || crashes.includes(code);
}
