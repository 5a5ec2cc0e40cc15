/**
 * A reboot that somebody would notice.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { configureUpdates, installUpdate, updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'reboots/logged-in-users',
  summary: 'A user who is logged in is warned and given time before the reboot.',
  claims: ['A33'],
  tags: ['update', 'reboots'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    const machine = context.machine();
    await configureUpdates(machine, { REBOOT_STRATEGY: 'reboot' });
    await machine.output(['systemctl', 'restart', 'locksmithd'], { sudo: true });
    await machine.waitForUnit('locksmithd.service', 'active');
    const boot = await machine.bootId();
    await context.step('the update is installed while somebody is logged in', async () => {
      await installUpdate(machine, context.release('next'));
    });
    await context.step('the reboot manager notices and waits', async () => {
      const said = `journalctl -b -u locksmithd -f -n all | grep -m 1 'Logged in users detected'`;
      const result = await machine.sh(said, { sudo: true, timeoutMs: 60_000 });
      check.succeeds(result, 'waiting for the reboot manager to say so');
      check.equal(await machine.bootId(), boot, 'boot id');
      check.equal((await machine.unit('locksmithd.service')).activeState, 'active', 'locksmithd');
    });
  },
});
