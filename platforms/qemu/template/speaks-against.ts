/**
 * Which errors of a fork speak against its template. A host that stops a process, or has no room for
 * one, says nothing about what it was made from: the next fork may use it.
 */

import { HarnessError } from '../../../harness/base/errors.js';
import { mayBeDamage } from '../../../harness/model/damage.js';
import { QemuExited } from '../exit-cause.js';

const codes: readonly string[] = [
  'BAD_TEMPLATE',
  'FORK_NOT_PRISTINE',
  // No overlay can be laid over its disks.
  'OVERLAY_FAILED',
  'SESSION_NOT_CARRIED',
  'STATE_NOT_MOVED',
  'THAW_TIMEOUT',
];

/** What others end a process with, the kernel's out-of-memory killer among them. */
const fromOutside: readonly (string | undefined)[] = ['SIGKILL', 'SIGTERM'];

/**
 * Whether the template of a machine that has proven nothing yet should be made anew. QEMU itself gives
 * up on a state that it can't load; a guest may crash because its memory is not what it was.
 */
export function speaksAgainst(error: unknown, machine: string): boolean {
  if (!(error instanceof HarnessError)) return false;
  if (error.kind === 'product') return error.machine === machine && mayBeDamage(error);
  if (error instanceof QemuExited) return !fromOutside.includes(error.exit.signal);
  return codes.includes(error.code);
}
