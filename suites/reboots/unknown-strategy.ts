/**
 * A mistake in the settings.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { configureUpdates, updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'reboots/unknown-strategy',
  summary: 'A strategy that does not exist is told as such, and reboots nothing.',
  claims: ['F10'],
  tags: ['update', 'reboots'],
  applies: { needs: updateNeeds },
  topology: updatable(),
  expects: [
    { pattern: 'unit-failed', reason: 'the settings are wrong on purpose' },
    { pattern: 'restart-limit', reason: 'the settings are wrong on purpose' },
    { pattern: 'unit-result', reason: 'the settings are wrong on purpose' },
  ],
  async run(context) {
    const machine = context.machine();
    await configureUpdates(machine, { REBOOT_STRATEGY: 'whenever' });
    const restart = ['systemctl', 'restart', 'locksmithd'] as const;
    await machine.exec(restart, { sudo: true });
    const said = `journalctl -b -u locksmithd -f -n all | grep -m 1 'REBOOT_STRATEGY is "whenever"'`;
    const result = await machine.sh(said, { sudo: true, timeoutMs: 60_000 });
    check.succeeds(result, 'waiting for the reboot manager to say so');
  },
});
