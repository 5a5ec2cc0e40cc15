/**
 * The health check of a boot comes a minute after it, when an update may already wait for its reboot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { slotFlags } from '../support/slots.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

/** What the timer starts, a minute after the kernel. */
const healthCheck = ['systemctl', 'start', 'mark-slot-good.service'] as const;

export default defineSuite({
  id: 'update/late-mark',
  summary:
    'The mark of a good boot takes the first place from no update that waits for its reboot.',
  claims: ['A09'],
  tags: ['update'],
  applies: { needs: [...updateNeeds, 'release:next', 'boot-complete'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    const release = context.release('next');
    await context.step('an update waits for its reboot', async () => {
      await configureUpdates(machine);
      await installUpdate(machine, release);
    });
    await context.step('the health check of the boot before it comes late', async () => {
      const checked = await machine.exec(healthCheck, { sudo: true });
      check.succeeds(checked, healthCheck.join(' '));
      const [a, b] = [await slotFlags(machine, 'a'), await slotFlags(machine, 'b')];
      check.equal([a.successful, a.tries], [1, 0], 'success and tries of USR-A');
      check.ok(b.priority > a.priority, 'USR-B comes first', { a, b });
    });
    await context.step('the update is what boots', async () => {
      await machine.reboot();
      await mustRun(machine, 'b', release);
    });
  },
});
