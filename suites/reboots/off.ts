/**
 * No reboot by itself.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { configureUpdates, installUpdate, updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'reboots/off',
  summary: 'With the strategy off no update reboots the machine.',
  claims: ['A32', 'F10'],
  tags: ['update', 'reboots'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    const machine = context.machine();
    await context.step('the reboot manager ends by itself', async () => {
      await configureUpdates(machine, { REBOOT_STRATEGY: 'off' });
      await machine.output(['systemctl', 'restart', 'locksmithd'], { sudo: true });
      await machine.waitForUnit('locksmithd.service', 'inactive');
    });
    await context.step('after an update the machine goes on', async () => {
      const boot = await machine.bootId();
      await installUpdate(machine, context.release('next'));
      check.equal((await machine.unit('locksmithd.service')).activeState, 'inactive', 'locksmithd');
      check.equal(await machine.bootId(), boot, 'boot id');
    });
  },
});
