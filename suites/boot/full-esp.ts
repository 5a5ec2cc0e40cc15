/**
 * A boot partition without a free byte does not keep the machine from booting.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkRunning, rebootLimits, settled } from '../support/running.js';

export default defineSuite({
  id: 'boot/full-esp',
  summary: 'With the ESP full to the last block the machine reboots into a running system.',
  claims: ['B18'],
  tags: ['boot', 'storage', 'reboot'],
  topology: singleMachine(),
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the ESP is filled', async () => {
      const script = 'dd if=/dev/zero of=/boot/ballast bs=1M 2>/dev/null || true; sync';
      check.succeeds(await main.sh(script, { sudo: true }), 'filling /boot');
      const free = await main.output(['df', '--output=avail', '/boot'], { sudo: true });
      check.matches(free, /^\s*0$/m, 'free blocks of /boot');
    });
    await step('the machine reboots', async () => {
      await main.reboot();
      await checkRunning(main);
    });
  },
});
