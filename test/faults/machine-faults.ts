/**
 * What happens to a QEMU process from outside. The host did it, so no image is to blame. Works on any
 * guest: what the suite waits for never comes.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { Role } from '../../harness/model/topology.js';
import { check } from '../../suites/support/check.js';
import { duringSuite } from './during-suite.js';
import type { Fault } from './fault.js';

/** Made for a guest that can be waited for by its console alone. */
export function machineFaults(role: Partial<Role>): readonly Fault[] {
  const start = role.ready?.kind === 'console' ? 'cold' : 'fork';
  const signalled = (signal: NodeJS.Signals): Fault['strike'] => {
    return async (lab) =>
      await duringSuite(
        lab,
        async (machine, struck) => {
          process.kill(lab.machine().pid, signal);
          struck();
          await machine.console.waitFor(/what nobody prints/, { timeoutMs: 120_000 });
        },
        { role, start },
      );
  };
  return [
    {
      id: 'qemu/killed',
      describes: 'QEMU dies: the host is at fault, and the exit is quoted.',
      expect: 'errored qemu/QEMU_EXITED',
      boundMs: 5_000,
      strike: signalled('SIGKILL'),
    },
    {
      id: 'qemu/stopped',
      describes: 'QEMU is stopped and lives on: no limit that passes is blamed on the image.',
      expect: 'errored qemu/QEMU_STOPPED',
      boundMs: 10_000,
      strike: signalled('SIGSTOP'),
    },
    {
      id: 'clock/host-jumped',
      describes: "The host's clock jumps a day ahead: no limit depends on it.",
      expect: 'passed',
      boundMs: 10_000,
      strike: async (lab) => {
        const { now } = Date;
        try {
          const stage = async ({ console }: Machine, struck: () => void) => {
            Date.now = () => now() + 86_400_000;
            struck();
            const startedMs = performance.now();
            await console.waitFor(/what nobody prints/, { timeoutMs: 500 }).catch(() => undefined);
            const waitedMs = performance.now() - startedMs;
            check.ok(waitedMs >= 500, 'the limit lasted as long as it should', waitedMs);
          };
          return await duringSuite(lab, stage, { role, start });
        } finally {
          Date.now = now;
        }
      },
    },
  ];
}
