/**
 * The boot disk takes another partition behind a ROOT that got a size of its own.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkRunning, rebootLimits } from '../support/running.js';

const rootMiB = 1024;

const config = `variant: flatcar
version: 1.0.0
storage:
  disks:
    - device: /dev/vda
      partitions:
        - {number: 9, label: ROOT, size_mib: ${rootMiB}, resize: true}
        - {number: 10, label: extra}
  filesystems:
    - device: /dev/disk/by-partlabel/extra
      format: ext4
      path: /var/extra
      with_mount_unit: true
`;

async function checkDisk(machine: Machine): Promise<void> {
  const sizes = await machine.output(['lsblk', '-rnbo', 'PARTLABEL,SIZE', '/dev/vda']);
  check.matches(sizes, new RegExp(`^ROOT ${rootMiB * 2 ** 20}$`, 'm'), 'partitions of vda');
  check.matches(sizes, /^extra \d+$/m, 'partitions of vda');
  const verified = await machine.output(['sgdisk', '--verify', '/dev/vda'], { sudo: true });
  check.includes(verified, 'No problems found', 'sgdisk --verify');
  check.equal(await machine.output(['findmnt', '-no', 'FSTYPE', '/var/extra']), 'ext4', 'extra');
}

export default defineSuite({
  id: 'ignition/boot-disk-partition',
  summary: 'ROOT gets the size that the config says, and a tenth partition comes behind it.',
  claims: ['I27'],
  tags: ['ignition', 'storage', 'butane', 'reboot'],
  // Ignition before 2.15 does not make partitions known on a disk of which one is in use.
  applies: { needs: ['boot-disk-partitions'] },
  topology: singleMachine({ provisioning: { kind: 'butane', config } }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await step('both are there', async () => {
      await checkRunning(main);
      await checkDisk(main);
    });
    await step('both are there after a reboot', async () => {
      await main.reboot();
      await checkRunning(main);
      await checkDisk(main);
    });
  },
});
