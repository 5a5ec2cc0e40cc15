/**
 * A machine that is told to power off does so, and its next boot has nothing to repair.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkRunning, rebootLimits, settled } from '../support/running.js';

export default defineSuite({
  id: 'boot/power-off',
  summary: 'Powered off from inside, the machine ends, and the file systems were left clean.',
  claims: ['B22'],
  tags: ['boot', 'power', 'reboot'],
  topology: singleMachine(),
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('it powers off', async () => await main.powerOff());
    await step('it boots again, and nothing was recovered', async () => {
      await main.start();
      await checkRunning(main);
      const kernel = await main.output(['journalctl', '-b', '-k', '-o', 'cat', '--no-pager']);
      check.excludes(kernel, 'recovery complete', 'kernel messages about file systems');
    });
  },
});
