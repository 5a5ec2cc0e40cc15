/**
 * The state after an ordinary first boot, as systemd tells it.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkRunning } from '../support/running.js';

export default defineSuite({
  id: 'boot/no-failed-units',
  summary: 'After the boot the system is running and no unit has failed, not even for a while.',
  claims: ['B01', 'B02'],
  tags: ['boot', 'smoke'],
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await context.step('the system is running', async () => await checkRunning(machine));
    await context.step('no unit is failed', async () => {
      const failed = await machine.output(['systemctl', '--failed', '--no-legend', '--plain']);
      check.equal(failed, '', 'systemctl --failed');
    });
    await context.step('no unit failed to start and recovered', async () => {
      const entries = await machine.journal({ identifier: 'systemd', priority: 3 });
      const failures = entries
        .map(({ message }) => message)
        .filter((message) => /^(?:Failed to start|Dependency failed for) /.test(message));
      check.equal(failures, [], 'failures of units in the journal of this boot');
    });
  },
});
