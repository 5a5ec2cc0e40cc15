/**
 * A mistake in the settings.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { configureUpdates, installUpdate, updatable, updateNeeds } from '../support/updates.js';

const complaint = 'REBOOT_STRATEGY is "whenever"';

/** Resolves when the reboot manager has said so as often as that. */
async function saysIt(machine: Machine, times: number): Promise<void> {
  const said = `journalctl -b -u locksmithd -f -n all | grep -m ${times} '${complaint}'`;
  const result = await machine.sh(said, { sudo: true, timeoutMs: 60_000 });
  check.succeeds(result, `waiting for the reboot manager to say so ${times} times`);
}

export default defineSuite({
  id: 'reboots/unknown-strategy',
  summary: 'A strategy that does not exist is told as such, and reboots nothing.',
  claims: ['A51'],
  tags: ['update', 'reboots'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  expects: [
    { pattern: 'unit-failed', reason: 'the settings are wrong on purpose' },
    { pattern: 'restart-limit', reason: 'the settings are wrong on purpose' },
    { pattern: 'unit-result', reason: 'the settings are wrong on purpose' },
  ],
  async run(context) {
    const machine = context.machine();
    await configureUpdates(machine, { REBOOT_STRATEGY: 'whenever' });
    await context.step('it is told', async () => {
      const restart = ['systemctl', 'restart', 'locksmithd'] as const;
      await machine.exec(restart, { sudo: true });
      await saysIt(machine, 1);
    });
    await context.step(
      'and again with an update that waits, which nobody reboots into',
      async () => {
        const boot = await machine.bootId();
        await installUpdate(machine, context.release('next'));
        const said = await machine.journal({ unit: 'locksmithd.service' });
        const before = said.filter(({ message }) => message.includes(complaint)).length;
        // It is started anew after each failure: once more from now on.
        await saysIt(machine, before + 1);
        const after = await machine.journal({ unit: 'locksmithd.service' });
        const reboots = after.filter(({ message }) => /Rebooting|delaying reboot/.test(message));
        check.equal(reboots, [], 'what the reboot manager says of a reboot');
        check.equal(await machine.bootId(), boot, 'boot id');
      },
    );
  },
});
