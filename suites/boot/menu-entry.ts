/**
 * The entries of the boot menu that name a slot, whatever the attributes say.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';
import { bootedSlot, slotNumber, systemDisk } from '../support/slots.js';

const down = '\u001b[B';

export default defineSuite({
  id: 'boot/menu-entry',
  summary: 'The menu entry of slot A boots it although its attributes forbid it.',
  claims: ['B30'],
  tags: ['boot', 'slots', 'console', 'reboot'],
  applies: { needs: ['console', 'grub', 'ab-slots', 'gpt-priorities'] },
  topology: singleMachine(),
  start: 'cold',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    check.equal(await bootedSlot(main), 'a', 'slot of the first boot');
    await step('slot A may not be booted', async () => {
      const flags = ['-i', `${slotNumber.a}`, '-P', '0', '-T', '0', '-S', '0'] as const;
      await main.output(['cgpt', 'add', ...flags, await systemDisk(main)], { sudo: true });
    });
    await step('its entry is chosen in the menu', async () => {
      const from = main.console.lines().length;
      const choice = main.console.waitFor(/USR-A/, { timeoutMs: 240_000, from });
      const chosen = choice.then(async () => await main.console.send(`${down}\n`));
      await Promise.all([main.reboot(), chosen]);
      check.equal(await bootedSlot(main), 'a', 'slot of the boot from the menu');
    });
  },
});
