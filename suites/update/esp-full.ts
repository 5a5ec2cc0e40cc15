/**
 * No room for the new kernel.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { bootedSlot, slotFlags } from '../support/slots.js';
import {
  configureUpdates,
  installUpdate,
  runUpdate,
  updatable,
  updateNeeds,
  updateStatus,
} from '../support/updates.js';

export default defineSuite({
  id: 'update/esp-full',
  summary: 'Without room for its kernel an update fails before it touches anything, and says why.',
  claims: ['A23'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    const machine = context.machine();
    const before = await slotFlags(machine, 'b');
    await configureUpdates(machine);
    await context.step('the EFI system partition is full', async () => {
      const fill = 'cat /dev/zero > /boot/filler 2>/dev/null || :; sync';
      const filled = await machine.sh(fill, { sudo: true, timeoutMs: 300_000 });
      check.succeeds(filled, 'filling /boot');
    });
    await context.step('the update fails and says why', async () => {
      machine.updateServer().offer(context.release('next'));
      await runUpdate(machine);
      check.equal((await updateStatus(machine)).state, 'IDLE', 'state of the update engine');
      const journal = await machine.journal({ unit: 'update-engine.service' });
      const said = journal.map(({ message }) => message).join('\n');
      check.includes(said, 'Failed to copy kernel', 'journal of the update engine');
      check.equal(await slotFlags(machine, 'b'), before, 'attributes of USR-B');
    });
    await context.step('the machine boots as before', async () => {
      await machine.reboot();
      check.equal(await bootedSlot(machine), 'a', 'the running slot');
    });
    await context.step('with room again, it goes through', async () => {
      await machine.output(['rm', '/boot/filler'], { sudo: true });
      await installUpdate(machine, context.release('next'));
    });
  },
});
