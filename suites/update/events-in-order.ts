/**
 * The conversation of a good update.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  configureUpdates,
  installUpdate,
  runUpdate,
  updatable,
  updateNeeds,
} from '../support/updates.js';

export default defineSuite({
  id: 'update/events-in-order',
  summary: 'The server hears each stage of an update once, in order, and its end after the reboot.',
  claims: ['A07'],
  tags: ['update'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    const server = machine.updateServer();
    await context.step('download started, finished, installed', async () => {
      await configureUpdates(machine);
      await installUpdate(machine, context.release('next'));
      check.equal(server.events(), ['3/2', '13/1', '14/1', '3/1'], 'events of the update');
    });
    await context.step('one download of the whole payload', async () => {
      const { bytes } = context.release('next').payload;
      const downloads = server.messages().flatMap((message) => {
        return message.kind === 'download' ? [`${message.from}: ${message.sent}`] : [];
      });
      check.equal(downloads, [`0: ${bytes}`], 'downloads');
    });
    await context.step('after the reboot, which version it came from', async () => {
      const from = server.messages().length;
      const before = machine.image.version;
      await machine.reboot();
      await runUpdate(machine);
      const end = await server.waitFor(
        'the end of the update',
        ({ kind, ...message }) => kind === 'event' && 'event' in message,
        { from },
      );
      const event = end.kind === 'event' ? end.event : undefined;
      check.equal(
        [event?.type, event?.result, event?.previousVersion],
        [3, 2, before],
        'type, result and previous version of the event',
      );
    });
  },
});
