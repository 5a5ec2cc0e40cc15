/**
 * A reboot that somebody would notice.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

/** Source: flatcar/locksmith, locksmithctl/daemon.go. */
const delayMs = 300_000;

export default defineSuite({
  id: 'reboots/logged-in-users',
  summary: 'A user who is logged in is warned, given five minutes, and then the machine reboots.',
  claims: ['A33'],
  tags: ['update', 'reboots'],
  applies: { needs: [...updateNeeds, 'console', 'console-autologin', 'release:next'] },
  topology: updatable(),
  limits: { runMs: 1_200_000 },
  async run(context) {
    const machine = context.machine();
    await configureUpdates(machine, { REBOOT_STRATEGY: 'reboot' });
    await machine.output(['systemctl', 'restart', 'locksmithd'], { sudo: true });
    await machine.waitForUnit('locksmithd.service', 'active');
    const boot = await machine.bootId();
    const release = context.release('next');
    const from = machine.console.lines().length;
    await context.step('the update is installed while somebody is logged in', async () => {
      await installUpdate(machine, release);
    });
    await context.step('the reboot manager notices and waits', async () => {
      const said = `journalctl -b -u locksmithd -f -n all | grep -m 1 'Logged in users detected'`;
      const result = await machine.sh(said, { sudo: true, timeoutMs: 60_000 });
      check.succeeds(result, 'waiting for the reboot manager to say so');
      check.equal(await machine.bootId(), boot, 'boot id');
      check.equal((await machine.unit('locksmithd.service')).activeState, 'active', 'locksmithd');
    });
    await context.step('whoever sits at the console reads it', async () => {
      await machine.console.waitFor(/reboot in/i, { timeoutMs: 60_000, from });
    });
    await context.step('after five minutes it reboots', async () => {
      await machine.reboot({ request: 'none', timeoutMs: delayMs + 300_000 });
      await mustRun(machine, 'b', release);
      const before = await machine.journal({ unit: 'locksmithd.service', boot: -1 });
      const noticed = before.find(({ message }) => message.includes('Logged in users detected'));
      const [last] = (await machine.journal({ boot: -1 })).slice(-1);
      const waitedMs = ((last?.realtimeUs ?? 0) - (noticed?.realtimeUs ?? 0)) / 1000;
      check.ok(waitedMs >= delayMs, 'the users had their time', { waitedMs, delayMs });
    });
  },
});
