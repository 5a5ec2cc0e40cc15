/**
 * The way of every update: look, download, install into the other slot, reboot, run it.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { slotFlags } from '../support/slots.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  runningSystem,
  updatable,
  updateNeeds,
} from '../support/updates.js';

export default defineSuite({
  id: 'update/to-next',
  summary: 'A machine installs the next release into its other slot and runs it after a reboot.',
  claims: ['A08', 'A09', 'A10'],
  tags: ['update', 'smoke'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    const release = context.release('next');
    const before = await runningSystem(machine);
    await context.step('the release is installed into the other slot', async () => {
      check.equal(before.slot, 'a', 'the slot before the update');
      await configureUpdates(machine);
      await installUpdate(machine, release);
      check.equal(await runningSystem(machine), before, 'what runs until the reboot');
    });
    await context.step('the other slot is first in line, for one try', async () => {
      const { tries, successful, priority } = await slotFlags(machine, 'b');
      check.equal([tries, successful], [1, 0], 'tries and success of USR-B');
      const old = await slotFlags(machine, 'a');
      check.ok(priority > old.priority, 'USR-B comes before USR-A', { priority, old });
      check.equal(old.successful, 1, 'success of USR-A');
    });
    await context.step('after a reboot it runs', async () => {
      await machine.reboot();
      await mustRun(machine, 'b', release);
    });
  },
});
