/**
 * A disk that is full.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

export default defineSuite({
  id: 'update/root-full',
  summary: 'An update needs no room on the root file system.',
  claims: ['A42'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 900_000 },
  expects: [
    { pattern: 'disk-full', reason: 'the suite fills the disk' },
    { pattern: 'unit-failed', reason: 'services find no room to write' },
    { pattern: 'filesystem-error', reason: 'the suite fills the disk' },
  ],
  async run(context) {
    const machine = context.machine();
    await configureUpdates(machine);
    await context.step('the root file system is full', async () => {
      const fill =
        'dd if=/dev/zero of=/var/filler bs=1M 2>/dev/null || :; cat /dev/zero > /var/rest || :; sync';
      const filled = await machine.sh(fill, { sudo: true, timeoutMs: 300_000 });
      check.succeeds(filled, 'filling the root file system');
      const free = await machine.output(['stat', '-fc', '%a', '/']);
      check.equal(free, '0', 'free blocks for users on /');
    });
    await context.step('the update goes through', async () => {
      await installUpdate(machine, context.release('next'));
      await machine.reboot();
      await mustRun(machine, 'b', context.release('next'));
    });
  },
});
