/**
 * /usr from the point of view of somebody with root who wants to change it.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'verity/usr-read-only',
  summary: 'Nobody can write to /usr, not even root, nor make it writable.',
  claims: ['V01', 'V02', 'V03'],
  tags: ['verity', 'security'],
  applies: { needs: ['verity'] },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    const options = async () =>
      (await machine.output(['findmnt', '-no', 'OPTIONS', '--target', '/usr'])).split(',');
    await context.step('/usr is mounted read-only', async () => {
      await settled(machine);
      check.includes(await options(), 'ro', 'mount options of /usr');
    });
    await context.step('root cannot create a file', async () => {
      const touch = await machine.exec(['touch', '/usr/written-by-suite'], { sudo: true });
      check.fails(touch, 'touch in /usr');
      check.includes(touch.stderr, 'Read-only file system', 'why touch failed');
    });
    await context.step('root cannot remount it writable', async () => {
      const remount = ['mount', '-o', 'remount,rw', '/usr'] as const;
      check.fails(await machine.exec(remount, { sudo: true }), 'mount -o remount,rw /usr');
      check.includes(await options(), 'ro', 'mount options of /usr after the attempt');
    });
    await context.step('the device below refuses writes', async () => {
      const flag = await machine.output(['blockdev', '--getro', '/dev/mapper/usr'], { sudo: true });
      check.equal(flag, '1', 'blockdev --getro /dev/mapper/usr');
    });
  },
});
