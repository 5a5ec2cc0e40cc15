/**
 * Reboots that the machine decides on by itself. It waits while somebody is logged in, and the harness
 * counts as somebody: it has to be away.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { UpdateRelease } from '../../harness/model/updates.js';
import { checkForUpdate, installMs } from './updates.js';

/** From the decision to the kernel of the next boot. */
const goingDownMs = 300_000;

/** Logs out, and resolves when the next boot answers. Throws CONSOLE_TIMEOUT. */
export async function rebootsUnwatched(
  machine: Machine,
  from = machine.console.lines().length,
): Promise<void> {
  machine.disconnect();
  await machine.console.waitFor(/Linux version/, { timeoutMs: goingDownMs, from });
  await machine.output(['true'], { timeoutMs: 240_000 });
}

const somebodyIsIn = `loginctl show-session --property Remote \
  $(loginctl list-sessions --no-legend | awk '{ print $1 }') | grep -q yes`;

/** As soon as nobody is logged in from elsewhere, the harness included, which has to go then. */
export async function restartOnceAlone(machine: Machine, unit: string): Promise<void> {
  const script = `while ${somebodyIsIn}; do sleep 0.2; done; systemctl restart ${unit}`;
  await machine.output(['systemd-run', '--collect', 'sh', '-c', script], { sudo: true });
}

/** Has the update installed while nobody is logged in, and resolves when the next boot answers. */
export async function updateUnwatched(machine: Machine, release: UpdateRelease): Promise<void> {
  const server = machine.updateServer();
  const from = machine.console.lines().length;
  server.offer(release);
  await checkForUpdate(machine);
  machine.disconnect();
  const installed = 'the report that the update is installed';
  await server.waitFor(
    installed,
    (message) => {
      if (message.kind !== 'event') return false;
      return message.event.type === 3 && message.event.result === 1;
    },
    { timeoutMs: installMs },
  );
  await rebootsUnwatched(machine, from);
}
