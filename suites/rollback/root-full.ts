/**
 * A release that does not hold, on a disk that is full.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { rollBackLimits, tellsOfRollBack } from '../support/roll-back.js';
import {
  configureUpdates,
  installUpdate,
  runningSystem,
  updatable,
  updateNeeds,
} from '../support/updates.js';

const reason = 'the release is broken on purpose';

export default defineSuite({
  id: 'rollback/root-full',
  summary: 'A roll-back is told although there was no room to write down that an update was made.',
  claims: ['A44'],
  tags: ['update', 'rollback', 'faults', 'slow'],
  applies: { needs: [...updateNeeds, 'roll-back-without-record', 'release:panics'] },
  topology: updatable(),
  limits: rollBackLimits,
  expects: [
    { pattern: 'kernel-panic', reason },
    { pattern: 'slot-refused', reason },
    { pattern: 'disk-full', reason: 'the suite fills the disk' },
    { pattern: 'unit-failed', reason: 'services find no room to write' },
    { pattern: 'filesystem-error', reason: 'the suite fills the disk' },
  ],
  async run(context) {
    const machine = context.machine();
    const before = await runningSystem(machine);
    await configureUpdates(machine);
    await context.step('the root file system is full', async () => {
      const fill =
        'dd if=/dev/zero of=/var/filler bs=1M 2>/dev/null || :; cat /dev/zero > /var/rest || :; sync';
      const filled = await machine.sh(fill, { sudo: true, timeoutMs: 300_000 });
      check.succeeds(filled, 'filling the root file system');
    });
    await context.step('the release is installed, and does not hold', async () => {
      await installUpdate(machine, context.release('panics'));
      await machine.reboot({ timeoutMs: 480_000 });
      check.equal(await runningSystem(machine), before, 'the running system');
    });
    await context.step('the server is told', async () => {
      await tellsOfRollBack(machine);
    });
  },
});
