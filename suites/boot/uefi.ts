/**
 * The same image under UEFI firmware.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkRunning } from '../support/running.js';

export default defineSuite({
  id: 'boot/uefi',
  summary: 'The image boots under UEFI firmware to a running system.',
  claims: ['P02'],
  tags: ['boot', 'uefi'],
  applies: { needs: ['uefi'] },
  topology: singleMachine({ firmware: 'uefi' }),
  start: 'cold',
  async run(context) {
    const machine = context.machine();
    await context.step('the kernel was started by UEFI', async () => {
      check.succeeds(await machine.exec(['test', '-d', '/sys/firmware/efi']), '/sys/firmware/efi');
    });
    await context.step('the system is running', async () => await checkRunning(machine));
  },
});
