/**
 * ROOT may be another file system: Ignition makes it anew, and the system is rebuilt on it.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { type Role, role } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkRunning, rebootLimits } from '../support/running.js';

const gib = 1024;
const largerDiskMiB = 24 * gib;

/** The slots, the ESP and the OEM partition have the rest. */
const besideRootMiB = 8 * gib;

function rootOf(format: string): Role {
  const config = `variant: flatcar
version: 1.0.0
storage:
  filesystems:
    - device: /dev/disk/by-partlabel/ROOT
      format: ${format}
      label: ROOT
      wipe_filesystem: true
`;
  return role({ provisioning: { kind: 'butane', config } });
}

async function checkRoot(machine: Machine, format: string): Promise<void> {
  await checkRunning(machine);
  check.equal(await machine.output(['findmnt', '-no', 'FSTYPE', '/']), format, 'type of /');
  check.equal(await machine.output(['findmnt', '-no', 'LABEL', '/']), 'ROOT', 'label of /');
}

/** The size in bytes that the file system believes to have. */
const sizes: Readonly<Record<string, (machine: Machine) => Promise<number>>> = {
  async btrfs(machine) {
    const argv = ['btrfs', 'filesystem', 'usage', '-b', '/'] as const;
    const usage = await machine.output(argv, { sudo: true });
    return Number(check.matches(usage, /Device size:\s+(\d+)/, 'btrfs usage')[1]);
  },
  async xfs(machine) {
    const info = await machine.output(['xfs_info', '/'], { sudo: true });
    const [, size, blocks] = check.matches(
      info,
      /data\s+=\s*bsize=(\d+)\s+blocks=(\d+)/,
      'xfs_info',
    );
    return Number(size) * Number(blocks);
  },
};

/** The file system is as large as its partition, and that has what the disk has left. */
async function checkSize(machine: Machine, sizeBytes: number, diskMiB: number): Promise<void> {
  const device = await machine.output(['findmnt', '-no', 'SOURCE', '/']);
  const bytes = Number(await machine.output(['blockdev', '--getsize64', device], { sudo: true }));
  check.ok(bytes - sizeBytes < 2 ** 20, 'the file system is as large as its partition', sizeBytes);
  const what = `the partition of / has the rest of a disk of ${diskMiB} MiB`;
  check.ok(bytes > (diskMiB - besideRootMiB) * 2 ** 20, what, bytes);
}

export default defineSuite({
  id: 'ignition/root-reformatted',
  summary: 'With a config that asks for it, ROOT is btrfs or xfs, grows with its disk, and stays.',
  claims: ['I30', 'S03'],
  tags: ['ignition', 'storage', 'butane', 'reboot'],
  topology: { roles: { btrfs: rootOf('btrfs'), xfs: rootOf('xfs') } },
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    for (const [format, sizeOf] of Object.entries(sizes)) {
      const main = machine(format);
      await step(`the system runs on ${format}`, async () => await checkRoot(main, format));
      await step('a reboot later it fills a larger disk, with what was on it', async () => {
        await main.writeFile('/var/note', 'kept\n');
        await main.growSystemDisk(largerDiskMiB);
        await main.reboot();
        await checkRoot(main, format);
        check.equal(await main.readFile('/var/note'), 'kept\n', '/var/note');
        await checkSize(main, await sizeOf(main), largerDiskMiB);
      });
    }
  },
});
