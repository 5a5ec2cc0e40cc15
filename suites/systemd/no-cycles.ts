/**
 * The units of a boot can be ordered.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'systemd/no-cycles',
  summary: 'Nothing in the journal of the boot speaks of an ordering cycle.',
  claims: ['D07'],
  tags: ['systemd', 'boot'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('systemd found no cycle', async () => {
      const entries = await main.journal({ identifier: 'systemd' });
      check.ok(entries.length > 20, 'the journal has the lines of systemd', entries.length);
      const cycles = entries
        .map(({ message }) => message)
        .filter((line) => /ordering cycle/i.test(line));
      check.equal(cycles, [], 'lines about cycles');
    });
    await step('it finds none when asked', async () => {
      const result = await main.exec(['systemd-analyze', 'verify', 'default.target'], {
        sudo: true,
      });
      check.excludes(result.stderr, 'ordering cycle', 'systemd-analyze verify');
    });
  },
});
