/**
 * Where to freeze the first boot of an image that does not announce that it is about to run Ignition,
 * such as a real Flatcar image: at the console line after which its initrd turns to Ignition. A freeze
 * that came too late is found out by every fork, whose Ignition tells the digest of what it read.
 */

import { abortable, withDeadline } from '../../../harness/base/deadline.js';
import { InfrastructureError } from '../../../harness/base/errors.js';
import type { Vm } from '../vm.js';

/**
 * systemd in the initrd: the basic target is the last thing before Ignition's units, the first of
 * which copies a config of the image's own and reads nothing of the platform's.
 */
export const beforeIgnition =
  /Reached target (?:basic\.target|.*Basic System)|Starting (?:ignition-setup|.*Ignition \((?:setup|inputs))/;

/** The initrd is over: whatever comes now is too late. */
const afterInitrd = /Switching root|Stopped .*Switch Root|multi-user\.target|\blogin: ?$/;

/** The machine that is about to be frozen. */
export interface FreezePointOptions {
  readonly machine: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Resolves with the guest stopped. Throws NO_FREEZE_POINT (infrastructure), the signal's reason. */
export async function awaitFreezePoint(vm: Vm, options: FreezePointOptions): Promise<void> {
  const { machine, limitMs, signal } = options;
  using deadline = withDeadline(signal, limitMs, () => noFreezePoint(machine));
  const either = new RegExp(`${beforeIgnition.source}|${afterInitrd.source}`);
  const line = await abortable(vm.console.waitUntil(either, deadline.signal), deadline.signal);
  if (!beforeIgnition.test(line)) throw noFreezePoint(machine);
  await vm.execute('stop', {}, deadline.signal);
}

function noFreezePoint(machine: string): InfrastructureError {
  const message = `${machine}: its console does not show when it turns to Ignition`;
  return new InfrastructureError('NO_FREEZE_POINT', message, { machine, phase: 'initrd' });
}
