/**
 * The EFI system partition: mounted when somebody looks, with what boots the slot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'boot/boot-partition',
  summary: '/boot is an automount of the ESP, with kernel and boot loader.',
  claims: ['B15', 'B17'],
  tags: ['boot', 'storage'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the automount waits', async () => {
      check.equal((await main.unit('boot.automount')).activeState, 'active', 'boot.automount');
    });
    await step('root finds the kernel and the boot loader', async () => {
      const files = await main.output(['ls', '/boot/flatcar', '/boot/EFI/boot'], { sudo: true });
      const loader = machine().image.arch === 'arm64' ? 'bootaa64.efi' : 'bootx64.efi';
      for (const name of ['vmlinuz-a', loader]) {
        check.includes(files.toLowerCase().split('\n'), name, 'files of the ESP');
      }
      const type = await main.output(['findmnt', '-t', 'vfat', '-no', 'FSTYPE', '/boot'], {
        sudo: true,
      });
      check.equal(type, 'vfat', 'file system at /boot');
    });
  },
});
