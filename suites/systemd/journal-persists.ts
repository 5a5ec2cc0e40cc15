/**
 * The journal of earlier boots can be read.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

export default defineSuite({
  id: 'systemd/journal-persists',
  summary: 'After a reboot the journal still holds the boot before.',
  claims: ['S14'],
  tags: ['systemd'],
  topology: singleMachine(),
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const marker = 'written before the reboot';
    await step('write to the journal and reboot', async () => {
      await main.output(['logger', '-t', 'switchyard', marker]);
      await main.output(['journalctl', '--sync'], { sudo: true });
      await main.reboot();
    });
    await step('the boot before is still there', async () => {
      const entries = await main.journal({ boot: -1, identifier: 'switchyard' });
      const messages = entries.map(({ message }) => message);
      check.includes(messages, marker, 'journal of the boot before');
    });
  },
});
