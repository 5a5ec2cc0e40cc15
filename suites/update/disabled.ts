/**
 * Updates that the user turned off.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { checkForUpdate, configureUpdates, updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update/disabled',
  summary: 'With SERVER=disabled no machine asks for updates, even when told to.',
  claims: ['A35'],
  tags: ['update'],
  applies: { needs: updateNeeds },
  topology: updatable(),
  async run(context) {
    const machine = context.machine();
    await context.step('a check is asked for while updates are disabled', async () => {
      await configureUpdates(machine, { SERVER: 'disabled' });
      await machine.waitForUnit('update-engine.service', 'active');
      await checkForUpdate(machine);
      const said = `journalctl -b -u update-engine -f -n all | grep -m 1 'pdates are disabled'`;
      const result = await machine.sh(said, { sudo: true, timeoutMs: 60_000 });
      check.succeeds(result, 'waiting for the engine to say that updates are disabled');
    });
    await context.step('nobody was asked', async () => {
      check.equal(machine.updateServer().messages(), [], 'what the server heard');
    });
    await context.step('enabled, the same check reaches the server', async () => {
      await configureUpdates(machine);
      await checkForUpdate(machine);
      await machine.updateServer().waitFor('a check', ({ kind }) => kind === 'check');
    });
  },
});
