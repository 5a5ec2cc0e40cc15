/**
 * Two updates one after the other.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { slotFlags } from '../support/slots.js';
import {
  awaitGood,
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

export default defineSuite({
  id: 'update/back-to-first-slot',
  summary: 'The update after an update goes back into the first slot and leaves the second.',
  claims: ['A16'],
  tags: ['update', 'slow'],
  applies: { needs: [...updateNeeds, 'release:next', 'release:next-next'] },
  topology: updatable(),
  limits: { runMs: 900_000 },
  async run(context) {
    const machine = context.machine();
    const [next, afterNext] = [context.release('next'), context.release('next-next')];
    await context.step('the first update', async () => {
      await configureUpdates(machine);
      await installUpdate(machine, next);
      await machine.reboot();
      await mustRun(machine, 'b', next);
      await awaitGood(machine, 'b');
    });
    await context.step('the second is installed into slot A', async () => {
      await installUpdate(machine, afterNext);
      check.equal((await slotFlags(machine, 'b')).successful, 1, 'success of USR-B');
      await machine.reboot();
      await mustRun(machine, 'a', afterNext);
    });
    await context.step('slot B still holds the release before', async () => {
      const kernel = await machine.output(['sha256sum', '/boot/flatcar/vmlinuz-b'], { sudo: true });
      check.equal(kernel.split(' ')[0] ?? '', next.kernelSha256, 'digest of vmlinuz-b');
    });
  },
});
