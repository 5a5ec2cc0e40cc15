/**
 * A machine that was never updated.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { updatable, updateNeeds, updateStatus } from '../support/updates.js';

const idle = { state: 'IDLE', lastChecked: 0, newSize: 0 } as const;

export default defineSuite({
  id: 'update/idle-after-boot',
  summary: 'The update engine runs idle after a boot, and anybody may ask it how it is.',
  claims: ['A01', 'A02'],
  tags: ['update', 'smoke'],
  applies: { needs: updateNeeds },
  topology: updatable(),
  async run(context) {
    const machine = context.machine();
    await context.step('the user core is told the five facts', async () => {
      await machine.waitForUnit('update-engine.service', 'active');
      const text = await machine.output(['update_engine_client', '-status']);
      const keys = text.split('\n').map((line) => line.split('=')[0]);
      const expected = ['LAST_CHECKED_TIME', 'PROGRESS', 'CURRENT_OP', 'NEW_VERSION', 'NEW_SIZE'];
      check.equal(keys, expected, 'keys of update_engine_client -status');
    });
    await context.step('it is idle and was never asked for an update', async () => {
      const { state, lastChecked, newSize } = await updateStatus(machine);
      check.equal({ state, lastChecked, newSize }, idle, 'status of the update engine');
    });
    await context.step('nobody waits for a reboot', async () => {
      check.fails(await machine.exec(['test', '-e', '/run/reboot-required']), 'reboot required');
    });
  },
});
