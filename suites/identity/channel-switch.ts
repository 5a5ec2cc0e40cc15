/**
 * Alpha, beta, stable: one key in one file.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  configureUpdates,
  runUpdate,
  updatable,
  updateNeeds,
  updateStatus,
} from '../support/updates.js';

export default defineSuite({
  id: 'identity/channel-switch',
  summary: 'A machine follows the channel that GROUP names, from the next check on.',
  claims: ['C04', 'F24'],
  tags: ['identity', 'update'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    const server = machine.updateServer();
    const release = context.release('next');
    server.offer(release, { track: 'stable' });
    for (const group of ['alpha', 'beta', 'lts']) {
      await context.step(`GROUP=${group}`, async () => {
        await configureUpdates(machine, { GROUP: group });
        const from = server.messages().length;
        await runUpdate(machine);
        const asked = await server.waitFor('a check', ({ kind }) => kind === 'check', { from });
        if (asked.kind !== 'check') return;
        check.equal(asked.client.track, group, 'track of the request');
        check.equal(asked.answer, 'noupdate', `answer to ${group}`);
      });
    }
    await context.step('only stable has an update', async () => {
      const from = server.messages().length;
      await configureUpdates(machine, { GROUP: 'stable' });
      await runUpdate(machine);
      const asked = await server.waitFor('a check', ({ kind }) => kind === 'check', { from });
      check.equal(asked.kind === 'check' && asked.client.track, 'stable', 'track of the request');
      check.equal((await updateStatus(machine)).newVersion, release.version, 'installed version');
    });
  },
});
