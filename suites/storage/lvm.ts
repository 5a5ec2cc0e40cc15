/**
 * A logical volume on a data disk, made by hand, is there after a reboot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const setUp = `
pvcreate --quiet /dev/vdb
vgcreate --quiet harbour /dev/vdb
lvcreate --quiet --yes --size 64M --name quay harbour
mkfs.ext4 -q /dev/harbour/quay
mount /dev/harbour/quay /mnt
echo kept > /mnt/note
umount /mnt
`;

export default defineSuite({
  id: 'storage/lvm',
  summary: 'An LVM volume is activated by itself at the next boot, with its data.',
  claims: ['S10'],
  tags: ['storage', 'reboot'],
  topology: singleMachine({ disks: [{ name: 'lvm', sizeMiB: 256 }] }),
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('a volume is made', async () => {
      check.succeeds(await main.sh(setUp, { sudo: true }), 'making the volume');
    });
    await step('after a reboot it is active', async () => {
      await main.reboot();
      await settled(main);
      const state = await main.output(['lvs', '--noheadings', '-o', 'lv_active', 'harbour/quay'], {
        sudo: true,
      });
      check.equal(state, 'active', 'state of harbour/quay');
    });
    await step('its data are there', async () => {
      await main.output(['mount', '-o', 'ro', '/dev/harbour/quay', '/mnt'], { sudo: true });
      check.equal(await main.readFile('/mnt/note'), 'kept\n', '/mnt/note');
    });
  },
});
