/**
 * Whether a machine has finished its boot, and how.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { SuiteLimits } from '../../harness/model/suite.js';
import { check } from './check.js';

/** For suites that reboot: on a busy emulated host the second boot takes as long as the first may. */
export const rebootLimits: Partial<SuiteLimits> = { runMs: 480_000 };

/** Waits until the boot's jobs are done and returns systemd's word: `running`, `degraded`, … */
export async function settled(machine: Machine): Promise<string> {
  const { stdout } = await machine.exec(['systemctl', 'is-system-running', '--wait']);
  return stdout.trim();
}

/** Waits for the end of the boot, which must be `running`; names the failed units if it is not. */
export async function checkRunning(machine: Machine): Promise<void> {
  const state = await settled(machine);
  if (state === 'running') return;
  const failed = (await machine.failedUnits()).join(', ') || 'none';
  check.equal(`${state}, failed units: ${failed}`, 'running', `state of ${machine.name}`);
}
