/**
 * How long the boot took, by systemd's own account.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { readBlame } from '../support/boot-times.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

/** Seconds that one unit may take on a machine without emulation. */
const budget = 30;

/** The critical chain itself leaves out what ran once and is over: it was never active. */
const beforeTarget = [
  ...['systemctl', 'list-dependencies', '--after', '--plain', '--no-pager'],
  'multi-user.target',
] as const;

export default defineSuite({
  id: 'systemd/boot-time',
  summary: 'The boot is accounted for, and no unit that it waits for takes half a minute.',
  claims: ['D14'],
  tags: ['systemd', 'boot'],
  topology: singleMachine(),
  start: 'cold',
  async run({ machine, step, attach }) {
    const main = machine();
    await settled(main);
    const blame = await main.output(['systemd-analyze', 'blame', '--no-pager']);
    await step('the boot is accounted for', async () => {
      const time = await main.output(['systemd-analyze', 'time', '--no-pager']);
      check.matches(time, /Startup finished in .*\(kernel\).*\(userspace\) = /, 'systemd-analyze');
      await attach('blame.txt', blame);
    });
    await step('no critical unit takes too long', async () => {
      const waitedFor = await main.output(beforeTarget);
      await attach('waited-for.txt', waitedFor);
      check.includes(waitedFor, 'sysinit.target', 'what the boot waits for');
      const critical = new Set(waitedFor.split(/\s+/));
      const slow = readBlame(blame).filter(
        ({ unit, seconds }) => critical.has(unit) && seconds > budget,
      );
      const told = slow.map(({ unit, seconds }) => `${unit}: ${seconds} s`);
      check.equal(told, [], `units of more than ${budget} s`);
    });
  },
});
