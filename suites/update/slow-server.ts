/**
 * A server that takes its time.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { bootedSlot } from '../support/slots.js';
import {
  checkForUpdate,
  configureUpdates,
  installMs,
  installUpdate,
  updatable,
  updateNeeds,
  updateStatus,
} from '../support/updates.js';

/** How long the payload takes that comes in drips. */
const slowSeconds = 60;

export default defineSuite({
  id: 'update/slow-server',
  summary:
    'A server that drips does not make the update fail, and nothing waits for it but the update.',
  claims: ['A08'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    const machine = context.machine();
    const server = machine.updateServer();
    await configureUpdates(machine);
    server.inject({ kind: 'drip', bytesPerSecond: 200_000, times: 1 });
    server.offer(context.release('next'));
    await checkForUpdate(machine);
    await context.step('it downloads, and the machine goes about its business', async () => {
      const loading =
        'until update_engine_client -status 2>/dev/null | grep -q =UPDATE_STATUS_DOWNLOADING; do sleep 0.2; done';
      check.succeeds(
        await machine.sh(loading, { timeoutMs: installMs }),
        'waiting for the download',
      );
      check.equal(await bootedSlot(machine), 'a', 'the running slot');
      const { progress } = await updateStatus(machine);
      check.ok(progress < 0.5, 'the download takes its time', progress);
    });
    await context.step('a reboot in the middle is harmless', async () => {
      await machine.reboot();
      check.equal(await bootedSlot(machine), 'a', 'the running slot after the reboot');
    });
    await context.step('a download that takes long goes through', async () => {
      const release = context.release('next');
      server.heal();
      server.inject({ kind: 'drip', bytesPerSecond: release.payload.bytes / slowSeconds });
      const startedMs = performance.now();
      await installUpdate(machine, release);
      const seconds = (performance.now() - startedMs) / 1000;
      check.ok(seconds > 0.8 * slowSeconds, 'the server took its time', seconds);
    });
  },
});
