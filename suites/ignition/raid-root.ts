/**
 * ROOT on a mirror of two disks, which is good with one disk, and ROOT on stripes over four, with
 * arrays for data beside it: all assembled in every boot.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { role } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import {
  checkArray,
  checkDataArrays,
  raidArrays,
  raidDisks,
  raidFilesystems,
  raidPartitions,
  writeNotes,
} from '../support/raid.js';
import { checkRunning } from '../support/running.js';

/** The file systems of both: ROOT on the array, and the partition that was ROOT is not any more. */
const filesystems = `  filesystems:
    - {device: /dev/md/rootarray, format: ext4, label: ROOT, wipe_filesystem: true}
    - {device: /dev/disk/by-partlabel/ROOT, format: ext4, label: wasteland, wipe_filesystem: true}
`;

const mirror = `variant: flatcar
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
${filesystems}`;

const stripeDisks = raidDisks.map((disk) => {
  const root = `        - {label: stripe-${disk}, size_mib: 384}`;
  return `    - device: /dev/disk/by-id/virtio-${disk}
      partitions:
${root}
${raidPartitions(disk)}`;
});

const stripeDevices = raidDisks.map((disk) => `/dev/disk/by-partlabel/stripe-${disk}`);

const stripes = `variant: flatcar
version: 1.0.0
storage:
  disks:
${stripeDisks.join('\n')}
  raid:
    - name: rootarray
      level: raid0
      devices: [${stripeDevices.join(', ')}]
${raidArrays()}
${filesystems}${raidFilesystems()}
`;

async function checkRoot(machine: Machine, level: string, members: number): Promise<void> {
  await checkRunning(machine);
  const source = await machine.output(['findmnt', '-no', 'SOURCE', '/']);
  check.matches(source, /^\/dev\/md/, 'device of /');
  await checkArray(machine, source, { level, members });
}

export default defineSuite({
  id: 'ignition/raid-root',
  summary:
    'The root file system may be on a mirror, which boots degraded, or on stripes beside other arrays.',
  claims: ['I31', 'S08'],
  tags: ['ignition', 'storage', 'raid', 'butane', 'reboot'],
  topology: {
    roles: {
      mirror: role({
        disks: ['one', 'two'].map((name) => ({ name, sizeMiB: 1024 })),
        provisioning: { kind: 'butane', config: mirror },
      }),
      stripes: role({
        disks: raidDisks.map((name) => ({ name, sizeMiB: 512 })),
        provisioning: { kind: 'butane', config: stripes },
      }),
    },
  },
  start: 'first-boot',
  limits: { runMs: 900_000 },
  async run({ machine, step }) {
    const [mirrored, striped] = [machine('mirror'), machine('stripes')];
    await step('one system runs on two members, the other on four', async () => {
      await checkRoot(mirrored, 'raid1', 2);
      await checkRoot(striped, 'raid0', 4);
      await writeNotes(striped);
    });
    await step('they are there after a reboot', async () => {
      await mirrored.reboot();
      await checkRoot(mirrored, 'raid1', 2);
      await striped.reboot();
      await checkRoot(striped, 'raid0', 4);
      await checkDataArrays(striped);
    });
    await step('with one disk pulled out the mirror boots from the other', async () => {
      await mirrored.powerOff();
      await mirrored.start({ without: ['two'] });
      const lost = await mirrored.exec(['test', '-e', '/dev/disk/by-id/virtio-two']);
      check.fails(lost, 'looking for the lost disk');
      await checkRoot(mirrored, 'raid1', 1);
    });
  },
});
