/**
 * What goes wrong inside the guest: the image's business, said with the guest's own evidence.
 */

import type { Machine } from '../../harness/model/machine.js';
import { duringSuite } from './during-suite.js';
import type { Fault } from './fault.js';

/** How long the guest waits before it harms itself, so that the command that told it to can end. */
const soon = 'sleep 1';

/** Runs a script as root when its command is over, and after that a command that can't work. */
function harmed(script: string): Fault['strike'] {
  return async (lab) =>
    await duringSuite(lab, async (machine, struck) => {
      await machine.output(
        ['systemd-run', '--no-block', '--collect', 'sh', '-c', `${soon}; ${script}`],
        { sudo: true },
      );
      struck();
      await untilHarmed(machine);
    });
}

/** One command after the other until one does not come back in time. */
async function untilHarmed(machine: Machine): Promise<void> {
  for (;;) await machine.output(['sleep', '0.5'], { timeoutMs: 5_000 });
}

export const guestFaults: readonly Fault[] = [
  {
    id: 'guest/sshd-hangs',
    describes: 'Every sshd of the guest stands still: the command is named with its limit.',
    expect: 'failed suite/COMMAND_TIMEOUT',
    boundMs: 20_000,
    strike: harmed('pkill -STOP sshd'),
  },
  {
    id: 'guest/network-cut',
    describes: "The guest takes its network down: the command's limit ends it.",
    expect: 'failed suite/COMMAND_TIMEOUT',
    boundMs: 20_000,
    strike: harmed('ip link set eth0 down'),
  },
  {
    id: 'guest/panic',
    describes: 'The kernel panics: seen on the console, whatever the suite waits for.',
    expect: 'failed kernel/KERNEL_PANIC',
    boundMs: 10_000,
    strike: harmed('echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger'),
  },
  {
    id: 'guest/disk-full',
    describes: 'The root file system is full: the command says so.',
    expect: 'failed suite/COMMAND_FAILED',
    boundMs: 20_000,
    strike: async (lab) =>
      await duringSuite(lab, async (machine, struck) => {
        const fill = 'fallocate -l "$(df --output=avail -B1 / | tail -n 1)" /fill || true';
        await machine.sh(fill, { sudo: true });
        struck();
        // Not as root, for whom the file system has a reserve.
        const write = 'dd if=/dev/zero of=/home/core/more bs=1M count=64 conv=fsync';
        await machine.output(['sh', '-c', write]);
      }),
  },
  {
    id: 'clock/guest-jumped',
    describes: "The guest's clock jumps a day ahead: commands and the journal go on.",
    expect: 'passed',
    boundMs: 15_000,
    strike: async (lab) =>
      await duringSuite(lab, async (machine, struck) => {
        await machine.output(['date', '-s', '+1 day'], { sudo: true });
        struck();
        await machine.output(['true']);
        await machine.journal({ priority: 0 });
      }),
  },
];
