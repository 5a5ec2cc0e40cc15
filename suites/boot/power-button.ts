/**
 * The power button: a clean end, and nothing to mend at the next boot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

export default defineSuite({
  id: 'boot/power-button',
  summary: 'The power button ends the system in order, and the next boot recovers nothing.',
  claims: ['B23'],
  tags: ['boot', 'reboot'],
  topology: singleMachine(),
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the button powers the machine off', async () => {
      await main.powerOff({ request: async () => await main.pressPowerButton() });
    });
    await step('the system had gone down in order', async () => {
      await main.start();
      await settled(main);
      const before = await main.journal({ boot: -1 });
      const said = before.map(({ message }) => message);
      check.ok(
        said.some((message) =>
          /Power key pressed|Reached target .*(poweroff|Power Off)/i.test(message),
        ),
        'the journal of the boot before tells of the power key',
        said.slice(-5),
      );
    });
    await step('there was nothing to recover', async () => {
      const kernel = await main.output(['journalctl', '-k', '-o', 'cat', '--no-pager']);
      check.ok(!/EXT4-fs .*recover/i.test(kernel), 'no recovery of ext4', 'there was one');
    });
  },
});
