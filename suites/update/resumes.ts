/**
 * A connection that breaks, and one over which nothing comes any more.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { configureUpdates, installUpdate, updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update/resumes',
  summary: 'A download whose connection breaks, or falls silent, goes on where it was.',
  claims: ['A21'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    const server = machine.updateServer();
    const release = context.release('next');
    await configureUpdates(machine);
    server.inject({ kind: 'disconnect', at: 0.4, times: 1 });
    server.inject({ kind: 'stall', at: 0.7, times: 1 });
    await installUpdate(machine, release);
    const downloads = server.messages().flatMap((message) => {
      return message.kind === 'download' ? [message] : [];
    });
    const complete = downloads.map((download) => download.complete);
    check.equal(complete, [false, false, true], 'which downloads came to their end');
    const starts = downloads.map(({ from }) => from / release.payload.bytes);
    const [, second = 0, third = 0] = starts;
    check.ok(second > 0.2 && third > 0.5, 'each goes on and does not begin anew', starts);
    check.equal(
      downloads.map(({ status }) => status),
      [200, 206, 206],
      'statuses of the downloads',
    );
  },
});
