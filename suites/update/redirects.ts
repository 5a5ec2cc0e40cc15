/**
 * A server that has moved.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { configureUpdates, installUpdate, updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update/redirects',
  summary: 'A check and a download are followed to where the server has moved them.',
  claims: ['A49'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    const server = machine.updateServer();
    await configureUpdates(machine);
    server.inject({ kind: 'check-redirect', times: 1 });
    server.inject({ kind: 'payload-redirect', times: 1 });
    await installUpdate(machine, context.release('next'));
    const statuses = server.messages().flatMap((message) => {
      return message.kind === 'download' ? [message.status] : [];
    });
    check.equal(statuses, [302, 200], 'statuses of the downloads');
    const answers = server.messages().flatMap((message) => {
      return message.kind === 'check' ? [message.answer] : [];
    });
    check.equal(answers, ['redirect', 'update'], 'answers to the checks');
  },
});
