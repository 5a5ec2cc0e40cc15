/**
 * A release that does not hold, installed right before the power fails.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { reachStoppedCgpt, stopCgpt } from '../support/cut-points.js';
import { rollBackLimits, tellsOfRollBack } from '../support/roll-back.js';
import { slotNumber } from '../support/slots.js';
import {
  checkForUpdate,
  configureUpdates,
  runningSystem,
  updatable,
  updateNeeds,
} from '../support/updates.js';

const reason = 'the release is broken on purpose';

export default defineSuite({
  id: 'rollback/power-cut',
  summary:
    'The power fails when the new slot is first and nobody was told: that it did not hold is told.',
  claims: ['A45'],
  tags: ['update', 'rollback', 'power', 'slow'],
  applies: { needs: [...updateNeeds, 'roll-back-without-record', 'release:panics'] },
  topology: updatable(),
  limits: rollBackLimits,
  expects: [
    { pattern: 'kernel-panic', reason },
    { pattern: 'slot-refused', reason },
  ],
  async run(context) {
    const machine = context.machine();
    const before = await runningSystem(machine);
    await context.step('the power fails when the slot has become the first', async () => {
      await configureUpdates(machine);
      // What the suite wrote is not what the cut is about.
      await machine.output(['sync']);
      await stopCgpt(machine, 'after', `prioritize*${slotNumber.b}`);
      machine.updateServer().offer(context.release('panics'));
      await checkForUpdate(machine);
      await reachStoppedCgpt(machine);
      await machine.cutPower();
    });
    await context.step('the machine returns to the release before', async () => {
      await machine.start({ timeoutMs: 480_000 });
      check.equal(await runningSystem(machine), before, 'the running system');
    });
    await context.step('the server is told', async () => {
      await tellsOfRollBack(machine);
    });
  },
});
