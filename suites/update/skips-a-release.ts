/**
 * From N to N+2.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

export default defineSuite({
  id: 'update/skips-a-release',
  summary: 'A machine updates over a release that it never had.',
  claims: ['A10'],
  tags: ['update'],
  applies: { needs: [...updateNeeds, 'release:next-next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    const release = context.release('next-next');
    await configureUpdates(machine);
    await installUpdate(machine, release);
    await machine.reboot();
    await mustRun(machine, 'b', release);
  },
});
