/**
 * The states that the update engine goes through, as it tells them on the bus.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { seenStates, watchStates } from '../support/states.js';
import { configureUpdates, installUpdate, updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update/states-in-order',
  summary:
    'An update is checked for, available, downloaded with its progress told, finalized, and waits for a reboot, in that order.',
  claims: ['A06'],
  tags: ['update'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    await context.step('an update, watched from its beginning', async () => {
      await machine.waitForUnit('update-engine.service', 'active', { timeoutMs: 120_000 });
      await configureUpdates(machine);
      await watchStates(machine);
      await installUpdate(machine, context.release('next'));
    });
    const { states, progress } = await seenStates(machine, 'UPDATED_NEED_REBOOT');
    await context.step('the states come in their order', async () => {
      check.equal(
        // The original verifies in a state of its own.
        states.filter((state) => state !== 'VERIFYING'),
        [
          'CHECKING_FOR_UPDATE',
          'UPDATE_AVAILABLE',
          'DOWNLOADING',
          'FINALIZING',
          'UPDATED_NEED_REBOOT',
        ],
        'states that were told',
      );
    });
    await context.step('the progress only grows', async () => {
      const sorted = [...progress].sort((one, other) => one - other);
      check.equal(progress, sorted, 'progress that was told');
      check.ok(progress.length >= 10, 'the download was told of step by step', progress.length);
    });
  },
});
