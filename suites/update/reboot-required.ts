/**
 * What kured looks for.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { configureUpdates, installUpdate, updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update/reboot-required',
  summary: 'An update leaves the file by which other reboot managers know that a reboot is needed.',
  claims: ['A37'],
  tags: ['update'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    const flag = ['test', '-e', '/run/reboot-required'] as const;
    check.fails(await machine.exec(flag), 'the file before the update');
    await configureUpdates(machine);
    await installUpdate(machine, context.release('next'));
    check.succeeds(await machine.exec(flag), 'the file after the update');
    await machine.reboot();
    check.fails(await machine.exec(flag), 'the file after the reboot');
  },
});
