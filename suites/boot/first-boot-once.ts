/**
 * The flag that makes a boot the first one: seen by the first boot, gone for every later one.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { commandLine } from '../support/cmdline.js';
import { rebootLimits, settled } from '../support/running.js';

async function saysFirstBoot(machine: Machine): Promise<boolean> {
  return (await commandLine(machine)).value('flatcar.first_boot') !== undefined;
}

async function checkFlagConsumed(machine: Machine): Promise<void> {
  const { status } = await machine.exec(['test', '-e', '/boot/flatcar/first_boot'], { sudo: true });
  check.equal(status, 1, 'status of test -e /boot/flatcar/first_boot');
}

export default defineSuite({
  id: 'boot/first-boot-once',
  summary: 'A machine has one first boot: its flag is consumed and later boots do not see it.',
  claims: ['B08', 'B09'],
  tags: ['boot', 'ignition', 'reboot'],
  topology: singleMachine(),
  start: 'cold',
  limits: rebootLimits,
  async run(context) {
    const machine = context.machine();
    await context.step('the first boot knows what it is', async () => {
      check.equal(await saysFirstBoot(machine), true, 'flatcar.first_boot in boot 1');
    });
    await context.step('the flag is consumed', async () => {
      await settled(machine);
      await checkFlagConsumed(machine);
    });
    await context.step('the second boot is an ordinary one', async () => {
      await machine.reboot();
      check.equal(await saysFirstBoot(machine), false, 'flatcar.first_boot in boot 2');
      await checkFlagConsumed(machine);
    });
  },
});
