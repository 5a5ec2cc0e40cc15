/**
 * Whether a machine has finished its boot, and how.
 */

import type { Machine } from '../../harness/model/machine.js';
import { check } from './check.js';

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
