/**
 * ROOT on a mirror of two disks: assembled in the initrd of every boot, and good with one disk.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkRunning, rebootLimits } from '../support/running.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  disks:
    - device: /dev/disk/by-id/virtio-one
      partitions: [{label: mirror-one}]
    - device: /dev/disk/by-id/virtio-two
      partitions: [{label: mirror-two}]
  raid:
    - name: rootarray
      level: raid1
      devices: [/dev/disk/by-partlabel/mirror-one, /dev/disk/by-partlabel/mirror-two]
  filesystems:
    - {device: /dev/md/rootarray, format: ext4, label: ROOT, wipe_filesystem: true}
    - {device: /dev/disk/by-partlabel/ROOT, format: ext4, label: wasteland, wipe_filesystem: true}
`;

async function checkRoot(machine: Machine, members: number): Promise<void> {
  const source = await machine.output(['findmnt', '-no', 'SOURCE', '/']);
  check.matches(source, /^\/dev\/md/, 'device of /');
  const detail = await machine.output(['mdadm', '--detail', source], { sudo: true });
  check.matches(detail, /Raid Level : raid1$/m, 'array of /');
  check.matches(detail, new RegExp(`Active Devices : ${members}$`, 'm'), 'array of /');
}

export default defineSuite({
  id: 'ignition/raid-root',
  summary: 'The root file system is on a mirror, which boots degraded when a member has failed.',
  claims: ['I31', 'S08'],
  tags: ['ignition', 'storage', 'raid', 'butane', 'reboot'],
  topology: singleMachine({
    disks: ['one', 'two'].map((name) => ({ name, sizeMiB: 1024 })),
    provisioning: { kind: 'butane', config },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await step('the system runs on both members', async () => {
      await checkRunning(main);
      await checkRoot(main, 2);
    });
    await step('it is there after a reboot', async () => {
      await main.reboot();
      await checkRunning(main);
      await checkRoot(main, 2);
    });
    await step('with one member lost it boots from the other', async () => {
      const source = await main.output(['findmnt', '-no', 'SOURCE', '/']);
      const lost = '/dev/disk/by-partlabel/mirror-two';
      const script = `mdadm ${source} --fail $(readlink -f ${lost}) --remove $(readlink -f ${lost})
        mdadm --zero-superblock ${lost}`;
      check.succeeds(await main.sh(script, { sudo: true }), 'removing a member');
      await main.reboot();
      await checkRunning(main);
      await checkRoot(main, 1);
    });
  },
});
