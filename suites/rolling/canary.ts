/**
 * One machine of five follows another channel, gets its release first, and says how it went.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { role } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { onAll } from '../support/clusters.js';
import {
  checkForUpdate,
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

const one = updatable().roles['main'] ?? role();

/** Only who follows beta is offered anything. */
async function follow(machine: Machine, channel: string): Promise<void> {
  await configureUpdates(machine, { GROUP: channel });
}

export default defineSuite({
  id: 'rolling/canary',
  summary: 'Of five machines one follows beta: it alone is updated, and reports that it went well.',
  claims: ['F11'],
  tags: ['cluster', 'update', 'canary', 'slow'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: {
    roles: {
      canary: { ...one, vcpus: 1 },
      stable: { ...one, count: 4, vcpus: 1 },
    },
  },
  limits: { bootMs: 600_000, runMs: 1_800_000 },
  async run({ machine, machines, release, step, attach }) {
    const next = release('next');
    const canary = machine('canary');
    const others = machines.filter((each) => each !== canary);
    await step('four follow stable, one beta', async () => {
      await follow(canary, 'beta');
      await onAll(others, (each) => follow(each, 'stable'));
      for (const each of machines) each.updateServer().offer(next, { track: 'beta' });
    });
    await step('those on stable are offered nothing', async () => {
      await onAll(others, async (each) => {
        await checkForUpdate(each);
        const answer = await each.updateServer().waitFor('a check', ({ kind }) => kind === 'check');
        check.equal(answer.kind === 'check' && answer.answer, 'noupdate', `answer to ${each.name}`);
      });
    });
    await step('the canary updates and says so', async () => {
      await installUpdate(canary, next);
      await canary.reboot({ timeoutMs: 300_000 });
      await mustRun(canary, 'b', next);
      await checkForUpdate(canary);
      await canary
        .updateServer()
        .waitFor(
          'the report of the new release',
          (message) => message.kind === 'event' && message.client.version === next.version,
          { timeoutMs: 240_000 },
        );
      const events = canary.updateServer().events();
      check.includes(events.join(' '), '3/2', 'events of the canary');
    });
    await step('what the channels say of it', async () => {
      const said = machines.map((each) => ({
        machine: each.name,
        messages: each.updateServer().messages(),
      }));
      await attach('canary-evidence.json', `${JSON.stringify(said, null, 2)}\n`);
      for (const each of others)
        check.equal(each.updateServer().events(), [], `events of ${each.name}`);
    });
  },
});
