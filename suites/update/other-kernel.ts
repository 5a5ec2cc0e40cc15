/**
 * The slot brings its kernel.
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
  id: 'update/other-kernel',
  summary: 'A release with another kernel runs that kernel, with its modules.',
  claims: ['A10'],
  tags: ['update', 'kernel'],
  applies: { needs: [...updateNeeds, 'release:other-kernel'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    const machine = context.machine();
    const release = context.release('other-kernel');
    const before = await machine.output(['uname', '-r']);
    await configureUpdates(machine);
    await installUpdate(machine, release);
    await context.step('until the reboot the old kernel runs', async () => {
      check.equal(await machine.output(['uname', '-r']), before, 'uname -r');
    });
    await context.step('then the new one, which finds its modules', async () => {
      await machine.reboot();
      await mustRun(machine, 'b', release);
      const now = await machine.output(['uname', '-r']);
      check.differs(now, before, 'uname -r');
      check.equal(await machine.output(['ls', '/usr/lib/modules']), now, 'modules of /usr');
      check.succeeds(await machine.exec(['modprobe', 'dummy'], { sudo: true }), 'modprobe dummy');
    });
  },
});
