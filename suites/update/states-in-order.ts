/**
 * The states that the update engine goes through, as it tells them on the bus.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { configureUpdates, installUpdate, updatable, updateNeeds } from '../support/updates.js';

const unit = 'watch-updates.service';
const log = '/var/tmp/states';

/** From now on each change of the engine's status goes to a file. */
async function watchStates(machine: Machine): Promise<void> {
  const write = ['-p', `StandardOutput=truncate:${log}`, '-p', `StandardError=append:${log}`];
  const watch = ['/usr/bin/update_engine_client', '-watch_for_updates'];
  const argv = ['systemd-run', '--quiet', '--unit', unit, ...write, ...watch] as const;
  await machine.output(argv, { sudo: true });
  const begun = `until grep -q 'Watching for status updates' ${log}; do sleep 0.1; done`;
  check.succeeds(await machine.sh(begun), 'the client watches');
}

/** Each state once for as long as it lasted, and the progress that was told of while downloading. */
async function seenStates(machine: Machine) {
  const last = `until grep -q UPDATED_NEED_REBOOT ${log}; do sleep 0.1; done; cat ${log}`;
  const text = check.succeeds(await machine.sh(last), 'what the client saw');
  const told = [...text.matchAll(/progress: ([\d.]+)\s+current_operation: UPDATE_STATUS_(\w+)/g)];
  const states = told.map(([, , state = '']) => state);
  const progress = told.flatMap(([, at, state]) => (state === 'DOWNLOADING' ? [Number(at)] : []));
  return { states: states.filter((state, index) => state !== states[index - 1]), progress };
}

export default defineSuite({
  id: 'update/states-in-order',
  summary:
    'An update is checked for, available, downloaded with its progress told, finalized, and waits for a reboot, in that order.',
  claims: ['A06'],
  tags: ['update'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    await context.step('an update, watched from its beginning', async () => {
      await machine.waitForUnit('update-engine.service', 'active', { timeoutMs: 120_000 });
      await configureUpdates(machine);
      await watchStates(machine);
      await installUpdate(machine, context.release('next'));
    });
    const { states, progress } = await seenStates(machine);
    await context.step('the states come in their order', async () => {
      check.equal(
        // The original verifies in a state of its own.
        states.filter((state) => state !== 'VERIFYING'),
        [
          'CHECKING_FOR_UPDATE',
          'UPDATE_AVAILABLE',
          'DOWNLOADING',
          'FINALIZING',
          'UPDATED_NEED_REBOOT',
        ],
        'states that were told',
      );
    });
    await context.step('the progress only grows', async () => {
      const sorted = [...progress].sort((one, other) => one - other);
      check.equal(progress, sorted, 'progress that was told');
      check.ok(progress.length >= 10, 'the download was told of step by step', progress.length);
    });
  },
});
