/**
 * How long the boot took, by systemd's own account.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { readCriticalChain } from '../support/critical-chain.js';
import { settled } from '../support/running.js';

/** Seconds that one unit may take on a machine without emulation. */
const budget = 30;

export default defineSuite({
  id: 'systemd/boot-time',
  summary: 'The boot is accounted for, and no unit of the critical chain takes half a minute.',
  claims: ['D14'],
  tags: ['systemd', 'boot'],
  topology: singleMachine(),
  start: 'cold',
  async run({ machine, step, attach }) {
    const main = machine();
    await settled(main);
    await step('the boot is accounted for', async () => {
      const time = await main.output(['systemd-analyze', 'time', '--no-pager']);
      check.matches(time, /Startup finished in .*\(kernel\).*\(userspace\) = /, 'systemd-analyze');
      await attach('blame.txt', await main.output(['systemd-analyze', 'blame', '--no-pager']));
    });
    await step('no critical unit takes too long', async () => {
      const chain = await main.output(['systemd-analyze', 'critical-chain', '--no-pager']);
      await attach('critical-chain.txt', chain);
      const slow = readCriticalChain(chain).filter(({ seconds }) => seconds > budget);
      check.equal(
        slow.map(({ line }) => line),
        [],
        `units of more than ${budget} s`,
      );
    });
  },
});
