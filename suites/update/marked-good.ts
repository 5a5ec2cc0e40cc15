/**
 * When an update has proved itself.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { slotFlags } from '../support/slots.js';
import {
  awaitGood,
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

/** From the start of the kernel to the mark, at least; a boot that fails later was not healthy. */
const earliestSeconds = 45;

/** Where marking is a unit of its own, systemd knows when that was. */
async function mustHaveWaited(machine: Machine): Promise<void> {
  const moment = ['-p', 'ExecMainStartTimestampMonotonic', '--value', 'mark-slot-good.service'];
  const microseconds = Number(await machine.output(['systemctl', 'show', ...moment]));
  const what = 'seconds after the start of the kernel';
  check.ok(microseconds / 1e6 >= earliestSeconds, what, microseconds / 1e6);
}

export default defineSuite({
  id: 'update/marked-good',
  summary: 'A minute after a good boot its slot is marked good, and it is booted again.',
  claims: ['A12', 'B14'],
  tags: ['update'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    const machine = context.machine();
    const release = context.release('next');
    await context.step('a first boot is good, and what is booted next', async () => {
      await awaitGood(machine, 'a');
      const [a, b] = [await slotFlags(machine, 'a'), await slotFlags(machine, 'b')];
      check.equal([a.successful, a.tries], [1, 0], 'success and tries of USR-A');
      check.ok(a.priority > b.priority, 'USR-A comes first', { a, b });
    });
    await context.step('the new release runs on its try', async () => {
      await configureUpdates(machine);
      await installUpdate(machine, release);
      await machine.reboot();
      await mustRun(machine, 'b', release);
    });
    await context.step('its health check marks it good, and not at once', async () => {
      await awaitGood(machine, 'b');
      if (machine.image.capabilities.includes('boot-complete')) await mustHaveWaited(machine);
    });
    await context.step('it is booted from now on', async () => {
      await machine.cutPower();
      await machine.start();
      await mustRun(machine, 'b', release);
    });
  },
});
