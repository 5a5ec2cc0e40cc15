/**
 * When an update has proved itself.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  awaitGood,
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

export default defineSuite({
  id: 'update/marked-good',
  summary: 'A minute after a good boot its slot is marked good, and it is booted again.',
  claims: ['A12', 'B14'],
  tags: ['update'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    const machine = context.machine();
    const release = context.release('next');
    await context.step('the new release runs on its try', async () => {
      await configureUpdates(machine);
      await installUpdate(machine, release);
      await machine.reboot();
      await mustRun(machine, 'b', release);
    });
    await context.step('its health check marks it good', async () => await awaitGood(machine, 'b'));
    await context.step('it is booted from now on', async () => {
      await machine.cutPower();
      await machine.start();
      await mustRun(machine, 'b', release);
    });
  },
});
