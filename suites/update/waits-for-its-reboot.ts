/**
 * Two updates before a reboot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  checkForUpdate,
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
  updateStatus,
} from '../support/updates.js';

export default defineSuite({
  id: 'update/waits-for-its-reboot',
  summary:
    'An update that waits for its reboot is not followed by another before it, until it is reset.',
  claims: ['A31'],
  tags: ['update'],
  applies: { needs: [...updateNeeds, 'release:next', 'release:next-next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    const machine = context.machine();
    const server = machine.updateServer();
    await configureUpdates(machine);
    await installUpdate(machine, context.release('next'));
    await context.step('a later release has to wait', async () => {
      const from = server.messages().length;
      server.offer(context.release('next-next'));
      await checkForUpdate(machine);
      await server.waitFor('a ping', ({ kind }) => kind === 'ping', { from });
      check.equal(
        (await updateStatus(machine)).state,
        'UPDATED_NEED_REBOOT',
        'state of the engine',
      );
      check.equal(server.events().length, 4, 'events so far');
    });
    await context.step('a reset makes the engine idle, and says how to undo the rest', async () => {
      const reset = ['update_engine_client', '-reset_status'] as const;
      const result = await machine.exec(reset, { sudo: true });
      check.succeeds(result, 'update_engine_client -reset_status');
      check.includes(`${result.stdout}${result.stderr}`, 'cgpt prioritize', 'what the client says');
      check.equal((await updateStatus(machine)).state, 'IDLE', 'state of the engine');
    });
    await context.step('the later release takes its place', async () => {
      await installUpdate(machine, context.release('next-next'));
      check.excludes(server.events(), '3/0', 'events: what was not booted yet has not failed');
      await machine.reboot();
      await mustRun(machine, 'b', context.release('next-next'));
    });
  },
});
