/**
 * The same image under UEFI firmware, whose variables are empty as on a new machine.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { globalVariables } from '../support/efi.js';
import { checkRunning } from '../support/running.js';

/** The entry that was booted: attributes, description and device path, without their zero bytes. */
async function bootedEntry(machine: Machine): Promise<string> {
  const script = `cd /sys/firmware/efi/efivars
    number=$(od -An -v -tx1 -j4 BootCurrent-${globalVariables} | awk '{ print toupper($2 $1) }')
    tr -d '\\0' < Boot$number-${globalVariables} | tr -c '[:print:]' '.'`;
  return check.succeeds(await machine.sh(script, { sudo: true }), 'reading the boot entry');
}

export default defineSuite({
  id: 'boot/uefi',
  summary: 'The image boots under UEFI firmware that knows of no boot loader, to a running system.',
  claims: ['P02', 'P03'],
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
    await context.step('the firmware found it on the disk, by no name of its own', async () => {
      check.excludes((await bootedEntry(machine)).toLowerCase(), '.efi', 'the booted entry');
    });
  },
});
