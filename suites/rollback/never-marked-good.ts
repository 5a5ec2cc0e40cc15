/**
 * Only what was marked good is booted twice.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { rollBackLimits } from '../support/roll-back.js';
import { slotFlags } from '../support/slots.js';
import {
  configureUpdates,
  healthCheckNeeds,
  installUpdate,
  lateHealthCheck,
  mustRun,
  runningSystem,
  updatable,
  updateNeeds,
} from '../support/updates.js';

export default defineSuite({
  id: 'rollback/never-marked-good',
  summary: 'A boot that ends before its slot was marked good is not repeated.',
  claims: ['A11', 'A13'],
  tags: ['update', 'rollback', 'slow'],
  applies: { needs: [...updateNeeds, ...healthCheckNeeds, 'release:next'] },
  topology: updatable({ systemd: { units: [lateHealthCheck] } }),
  limits: rollBackLimits,
  async run(context) {
    const machine = context.machine();
    const release = context.release('next');
    const before = await runningSystem(machine);
    await context.step('the new release uses up its try as it boots', async () => {
      await configureUpdates(machine);
      await installUpdate(machine, release);
      await machine.reboot();
      await mustRun(machine, 'b', release);
      const { tries, successful } = await slotFlags(machine, 'b');
      check.equal([tries, successful], [0, 0], 'tries and success of USR-B, right after the boot');
    });
    await context.step('reset before its health check, the machine runs the old one', async () => {
      await machine.cutPower();
      await machine.start();
      check.equal(await runningSystem(machine), before, 'the running system');
    });
  },
});
