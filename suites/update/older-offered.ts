/**
 * What is no update, and what a server may still insist on.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import type { UpdateRelease } from '../../harness/model/updates.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';
import { slotFlags } from '../support/slots.js';
import {
  configureUpdates,
  mustRun,
  type RunningSystem,
  runningSystem,
  runUpdate,
  updatable,
  updateNeeds,
  updateStatus,
} from '../support/updates.js';

/** A refusal: nothing was fetched, and the machine is as it was. */
async function mustHaveRefused(machine: Machine, before: RunningSystem): Promise<void> {
  const { priority } = await slotFlags(machine, 'b');
  check.equal(priority, 0, 'priority of USR-B, which holds nothing');
  await machine.reboot();
  check.equal(await runningSystem(machine), before, 'the running system after a reboot');
}

/** The other end: it is an update like any other. */
async function mustHaveInstalled(machine: Machine, release: UpdateRelease): Promise<void> {
  await machine.reboot();
  await mustRun(machine, 'b', release);
  await settled(machine);
}

export default defineSuite({
  id: 'update/older-offered',
  summary:
    'A machine says which version it has, so that it is offered no older one; if it is, it refuses or installs it whole.',
  claims: ['A39'],
  tags: ['update'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    const machine = context.machine();
    const server = machine.updateServer();
    const release = context.release('next');
    const older = { ...release, version: '1.0.0' };
    const before = await runningSystem(machine);
    await configureUpdates(machine);
    await context.step('what it says of itself is enough to offer it nothing older', async () => {
      for (const version of [machine.image.version, older.version]) {
        server.offer({ ...release, version });
        await runUpdate(machine);
      }
      const checks = server.messages().filter((message) => message.kind === 'check');
      const answers = checks.map(({ answer }) => answer);
      check.equal(answers, ['noupdate', 'noupdate'], 'answers to its checks');
      check.equal((await updateStatus(machine)).state, 'IDLE', 'state of the update engine');
    });
    await context.step('an older one that the server insists on does no harm', async () => {
      server.offer(older, { always: true });
      await runUpdate(machine);
      await server.waitFor('an offer of the older one', (message) => {
        return message.kind === 'check' && message.version === older.version;
      });
      const { state } = await updateStatus(machine);
      // Flatcar's own engine trusts its server; the contract wants what happens to be recorded.
      await context.attach('older-version.txt', `after an offer of ${older.version}: ${state}\n`);
      if (state === 'UPDATED_NEED_REBOOT') return await mustHaveInstalled(machine, release);
      check.equal(state, 'IDLE', 'state of the update engine after the offer');
      await mustHaveRefused(machine, before);
    });
  },
});
