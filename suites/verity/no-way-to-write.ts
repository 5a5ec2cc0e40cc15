/**
 * Every way that root could try.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'verity/no-way-to-write',
  summary:
    'Root finds no way to change what /usr reads: not by a bind mount, a loop device, nor the mapper.',
  claims: ['F04', 'V02', 'V03'],
  tags: ['verity', 'security', 'talk'],
  applies: { needs: ['verity'] },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const root = async (script: string) => await machine.sh(script, { sudo: true });
    await context.step('a bind mount of it is as read-only as itself', async () => {
      const bound = await root(
        'mkdir -p /run/w && mount --bind /usr /run/w && mount -o remount,bind,rw /run/w; touch /run/w/x',
      );
      check.fails(bound, 'writing through a bind mount');
      await root('umount /run/w');
    });
    await context.step('the mapped device can not be made writable', async () => {
      await root('blockdev --setrw /dev/mapper/usr || :');
      const write = 'dd if=/dev/zero of=/dev/mapper/usr bs=4096 count=1 conv=notrunc,fsync';
      check.fails(await root(write), 'writing to /dev/mapper/usr');
    });
    await context.step('a loop device over it is no way around', async () => {
      const loop =
        'd=$(losetup --find --show /dev/mapper/usr) && dd if=/dev/zero of=$d bs=4096 count=1 conv=notrunc,fsync';
      check.fails(await root(loop), 'writing through a loop device');
      await root('losetup --detach-all');
    });
    await context.step('/usr is as it was', async () => {
      const { stdout } = await machine.exec(['dmsetup', 'status', 'usr'], { sudo: true });
      check.matches(stdout, / verity V/, 'dmsetup status usr');
      await machine.output(['cat', '/usr/lib/os-release']);
    });
  },
});
