/**
 * Back to the release before, by hand.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  awaitGood,
  configureUpdates,
  installUpdate,
  mustRun,
  runningSystem,
  updatable,
  updateNeeds,
} from '../support/updates.js';

export default defineSuite({
  id: 'update/manual-rollback',
  summary: 'One command and a reboot bring the release before back.',
  claims: ['A15'],
  tags: ['update', 'rollback'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 900_000 },
  async run(context) {
    const machine = context.machine();
    const before = await runningSystem(machine);
    await context.step('an update that holds', async () => {
      await configureUpdates(machine);
      await installUpdate(machine, context.release('next'));
      await machine.reboot();
      await mustRun(machine, 'b', context.release('next'));
      await awaitGood(machine, 'b');
    });
    await context.step('the other slot is made the first choice', async () => {
      const other =
        'cgpt prioritize "$(cgpt find -t flatcar-usr | grep --invert-match "$(rootdev -s /usr)")"';
      check.succeeds(await machine.sh(other, { sudo: true }), 'cgpt prioritize');
    });
    await context.step('after a reboot the old release runs, and stays', async () => {
      await machine.reboot();
      check.equal(await runningSystem(machine), before, 'the running system');
      await machine.reboot();
      check.equal(await runningSystem(machine), before, 'the running system after another boot');
    });
  },
});
