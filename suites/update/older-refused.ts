/**
 * What is no update.
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
  id: 'update/older-refused',
  summary: 'A machine that is offered what it has, or less, is told that there is no update.',
  claims: ['A39'],
  tags: ['update'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  async run(context) {
    const machine = context.machine();
    const server = machine.updateServer();
    const release = context.release('next');
    await configureUpdates(machine);
    await context.step('the release that it has is none', async () => {
      server.offer({ ...release, version: machine.image.version });
      await runUpdate(machine);
      const asked = server.messages().filter((message) => message.kind === 'check');
      check.equal(asked.length, 1, 'checks');
      check.equal((await updateStatus(machine)).state, 'IDLE', 'state of the update engine');
    });
    await context.step('an older one is none', async () => {
      server.offer({ ...release, version: '1.0.0' });
      await runUpdate(machine);
      check.equal((await updateStatus(machine)).state, 'IDLE', 'state of the update engine');
      check.equal(
        server.messages().filter(({ kind }) => kind === 'download').length,
        0,
        'downloads',
      );
    });
  },
});
