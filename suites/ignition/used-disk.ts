/**
 * Disks that were used before: what the config wants gone is gone, and what it wants kept is kept.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const wiped = '/dev/disk/by-id/virtio-wiped';
const reworked = '/dev/disk/by-id/virtio-reworked';

const config = `variant: flatcar
version: 1.0.0
storage:
  disks:
    - device: ${wiped}
      wipe_table: true
      partitions: [{number: 1, label: fresh, size_mib: 64}]
    - device: ${reworked}
      partitions:
        - {number: 1, label: stays, size_mib: 32}
        - {number: 2, label: remade, size_mib: 64, wipe_partition_entry: true}
        - {number: 3, should_exist: false, wipe_partition_entry: true}
  filesystems:
    - {device: /dev/disk/by-partlabel/fresh, format: ext4, label: f-fresh, wipe_filesystem: true}
    - {device: /dev/disk/by-partlabel/stays, format: ext4, label: f-stays}
    - {device: /dev/disk/by-partlabel/remade, format: ext4, label: f-remade, wipe_filesystem: true}
`;

/** Other partitions and file systems take the place of most of them. */
const use = `set -e
mkdir -p /run/stays
mount /dev/disk/by-partlabel/stays /run/stays
echo kept > /run/stays/note
umount /run/stays
sgdisk --zap-all ${wiped}
sgdisk -n 1:0:+32M -c 1:old-one -n 2:0:+32M -c 2:old-two ${wiped}
sgdisk -d 2 -n 2:0:+96M -c 2:old-two -n 3:0:+32M -c 3:old-three ${reworked}
udevadm trigger --settle --subsystem-match=block
for number in 1 2; do mkfs.ext4 -q -F -L old ${wiped}-part$number; done
for number in 2 3; do mkfs.ext4 -q -F -L old ${reworked}-part$number; done
touch /boot/flatcar/first_boot
sync`;

/** Partition and file system, a line each. */
async function layout(machine: Machine, device: string): Promise<readonly string[]> {
  await machine.output(['udevadm', 'settle']);
  const text = await machine.output(['lsblk', '-rno', 'PARTLABEL,LABEL', device]);
  return text.split('\n').filter((line) => line.trim() !== '');
}

export default defineSuite({
  id: 'ignition/used-disk',
  summary:
    'Of used disks the table, single partitions and file systems are wiped as the config says.',
  claims: ['I56'],
  tags: ['ignition', 'storage', 'butane', 'reboot'],
  topology: singleMachine({
    disks: ['wiped', 'reworked'].map((name) => ({ name, sizeMiB: 256 })),
    provisioning: { kind: 'butane', config },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the disks are used for something else', async () => {
      check.succeeds(await main.sh(use, { sudo: true }), 'making other partitions');
      check.equal(await layout(main, wiped), ['old-one old', 'old-two old'], 'the first disk');
      const others = ['stays f-stays', 'old-two old', 'old-three old'];
      check.equal(await layout(main, reworked), others, 'the second disk');
    });
    await step('Ignition runs again: nothing is left of that', async () => {
      await main.reboot();
      await settled(main);
      check.equal(await layout(main, wiped), ['fresh f-fresh'], 'the first disk');
      const kept = ['stays f-stays', 'remade f-remade'];
      check.equal(await layout(main, reworked), kept, 'the second disk');
    });
    await step('the sizes are those of the config', async () => {
      const columns = ['lsblk', '-rnbo', 'PARTLABEL,SIZE', wiped, reworked] as const;
      const seen = (await main.output(columns)).split('\n').filter((line) => /^\w+ /.test(line));
      const wanted = ['fresh 67108864', 'stays 33554432', 'remade 67108864'];
      check.equal(seen, wanted, 'partitions of both disks');
    });
    await step('what was to be kept is kept', async () => {
      const read =
        'mkdir -p /run/s; mount -o ro /dev/disk/by-partlabel/stays /run/s; cat /run/s/note';
      const { stdout } = await main.sh(read, { sudo: true });
      check.equal(stdout.trim(), 'kept', 'note on the partition that stays');
    });
  },
});
