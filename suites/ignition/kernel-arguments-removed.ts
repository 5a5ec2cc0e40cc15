/**
 * A kernel argument that should not exist.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { commandLine } from '../support/cmdline.js';
import { rebootLimits, settled } from '../support/running.js';

/** Images for QEMU have it in the OEM partition (flatcar/scripts, oem-qemu's grub.cfg). */
const unwanted = 'flatcar.autologin';

export default defineSuite({
  id: 'ignition/kernel-arguments-removed',
  summary: 'An argument of the image is gone from the boot that runs the system on.',
  claims: ['I36'],
  tags: ['ignition', 'kernel', 'reboot', 'slow'],
  applies: { needs: ['console-autologin'] },
  topology: singleMachine({
    provisioning: { kind: 'ignition', config: { kernelArguments: { shouldNotExist: [unwanted] } } },
  }),
  start: 'cold',
  limits: { ...rebootLimits, bootMs: 600_000 },
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const absent = async () => {
      const { words } = await commandLine(main);
      check.excludes(words, unwanted, 'kernel command line');
    };
    await step('the first kernel still had it', async () => {
      const kernels = main.console.lines().filter((line) => /Command line: /.test(line));
      check.includes(kernels[0] ?? '', unwanted, 'command line of the first kernel');
    });
    await step('it is gone', absent);
    await step('it is gone after a reboot', async () => {
      await main.reboot();
      await absent();
    });
  },
});
