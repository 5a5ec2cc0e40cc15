/**
 * Kernel arguments of the config: there from the boot that runs the system on, once, and gone when
 * they should not exist.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { commandLine } from '../support/cmdline.js';
import { rebootLimits, settled } from '../support/running.js';

const wanted = ['switchyard.one', 'switchyard.two=2'];

async function checkArguments(machine: Machine): Promise<void> {
  const { words } = await commandLine(machine);
  for (const word of wanted) {
    check.equal(words.filter((one) => one === word).length, 1, `how often ${word} is there`);
  }
}

export default defineSuite({
  id: 'ignition/kernel-arguments',
  summary: 'Kernel arguments are added with one more boot, and stay.',
  claims: ['I35'],
  tags: ['ignition', 'kernel', 'reboot', 'slow'],
  topology: singleMachine({
    provisioning: { kind: 'ignition', config: { kernelArguments: { shouldExist: wanted } } },
  }),
  start: 'cold',
  limits: { ...rebootLimits, bootMs: 600_000 },
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('they are on the command line', async () => await checkArguments(main));
    await step('they took one more boot, no more', async () => {
      const kernels = main.console.lines().filter((line) => /Linux version \d/.test(line));
      check.equal(kernels.length, 2, 'kernels that the console saw');
    });
    await step('they are there after a reboot', async () => {
      await main.reboot();
      await checkArguments(main);
    });
  },
});
