/**
 * A connection that breaks.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { configureUpdates, installUpdate, updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update/resumes',
  summary: 'A download whose connection breaks goes on where it was.',
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
    await installUpdate(machine, release);
    const downloads = server.messages().flatMap((message) => {
      return message.kind === 'download' ? [message] : [];
    });
    check.equal(downloads.length, 2, 'downloads');
    const [first, second] = downloads;
    check.equal(first?.complete ?? true, false, 'whether the first download came to its end');
    const from = second?.from ?? 0;
    const { bytes } = release.payload;
    check.ok(from > 0.2 * bytes, 'the second goes on and does not begin anew', { from, bytes });
    check.equal(second?.status ?? 0, 206, 'status of the second download');
  },
});
