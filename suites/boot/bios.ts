/**
 * The image on a machine without UEFI.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkRunning } from '../support/running.js';

export default defineSuite({
  id: 'boot/bios',
  summary: 'The image boots under BIOS firmware to a running system.',
  claims: ['P01'],
  tags: ['boot'],
  applies: { needs: ['bios'], arches: ['amd64'] },
  topology: singleMachine({ firmware: 'bios' }),
  start: 'cold',
  async run(context) {
    const machine = context.machine();
    await context.step('the kernel was started by BIOS', async () => {
      check.fails(await machine.exec(['test', '-e', '/sys/firmware/efi']), '/sys/firmware/efi');
    });
    await context.step('the system is running', async () => await checkRunning(machine));
  },
});
