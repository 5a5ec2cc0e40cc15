/**
 * A reboot as soon as it is needed.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { updateUnwatched } from '../support/reboots.js';
import { configureUpdates, mustRun, updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'reboots/strategy-reboot',
  summary: 'With the strategy reboot a machine that nobody uses reboots into its update.',
  claims: ['A33', 'F10'],
  tags: ['update', 'reboots'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    const machine = context.machine();
    const release = context.release('next');
    await context.step('the reboot manager waits for an update', async () => {
      await configureUpdates(machine, { REBOOT_STRATEGY: 'reboot' });
      await machine.output(['systemctl', 'restart', 'locksmithd'], { sudo: true });
      await machine.waitForUnit('locksmithd.service', 'active');
    });
    await context.step('the update is installed and booted without another word', async () => {
      await updateUnwatched(machine, release);
      await mustRun(machine, 'b', release);
    });
  },
});
