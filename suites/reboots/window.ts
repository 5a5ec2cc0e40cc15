/**
 * A time for reboots.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { rebootsUnwatched, restartOnceAlone } from '../support/reboots.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

export default defineSuite({
  id: 'reboots/window',
  summary: 'A reboot waits for its window, and happens when that opens.',
  claims: ['A34', 'F10'],
  tags: ['update', 'reboots'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    const machine = context.machine();
    const release = context.release('next');
    const configure = async (start: string) => {
      const window = {
        LOCKSMITHD_REBOOT_WINDOW_START: start,
        LOCKSMITHD_REBOOT_WINDOW_LENGTH: '30m',
      };
      await configureUpdates(machine, { REBOOT_STRATEGY: 'reboot', ...window });
    };
    const clock = async (offset: string) => await machine.output(['date', '-d', offset, '+%H:%M']);
    await context.step('outside of its window the machine goes on', async () => {
      await configure(await clock('+2 hours'));
      await machine.output(['systemctl', 'restart', 'locksmithd'], { sudo: true });
      await machine.waitForUnit('locksmithd.service', 'active');
      await installUpdate(machine, release);
      const said = `journalctl -b -u locksmithd -f -n all | grep -m 1 'until the reboot window opens'`;
      const result = await machine.sh(said, { sudo: true, timeoutMs: 60_000 });
      check.succeeds(result, 'waiting for the reboot manager to say so');
    });
    await context.step('inside, it reboots', async () => {
      await configure(await clock('-2 minutes'));
      await restartOnceAlone(machine, 'locksmithd');
      await rebootsUnwatched(machine);
      await mustRun(machine, 'b', release);
    });
  },
});
