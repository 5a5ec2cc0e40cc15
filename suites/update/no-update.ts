/**
 * The usual answer to a check.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  configureUpdates,
  installMs,
  nextCheckAfter,
  runUpdate,
  updatable,
  updateNeeds,
  updateStatus,
} from '../support/updates.js';

export default defineSuite({
  id: 'update/no-update',
  summary: 'When there is no update, nothing happens, and that is no failure.',
  claims: ['A05'],
  tags: ['update', 'smoke'],
  applies: { needs: updateNeeds },
  topology: updatable(),
  async run(context) {
    const machine = context.machine();
    await context.step('the client says so and ends well', async () => {
      await configureUpdates(machine);
      const seconds = await nextCheckAfter(machine, async () => {
        const argv = ['update_engine_client', '-update'] as const;
        const result = await machine.exec(argv, { sudo: true, timeoutMs: installMs });
        check.succeeds(result, 'update_engine_client -update');
        check.includes(result.stderr, 'No update available', 'what the client says');
      });
      const isUsual = seconds >= 40 * 60 && seconds <= 50 * 60;
      check.ok(isUsual, 'the engine asks again in 45 minutes, give or take 5', seconds);
    });
    await context.step('the server was asked and offered nothing', async () => {
      const asked = await machine.updateServer().waitFor('a check', ({ kind }) => kind === 'check');
      check.equal(asked.kind === 'check' && asked.answer, 'noupdate', 'answer to the check');
      const downloads = machine
        .updateServer()
        .messages()
        .filter(({ kind }) => kind === 'download');
      check.equal(downloads.length, 0, 'downloads');
    });
    await context.step('the engine asks again when the server wants it', async () => {
      machine.updateServer().askAgainAfter(4 * 3600);
      const seconds = await nextCheckAfter(machine, () => runUpdate(machine));
      // Engines spread such a time by up to half of it.
      const isAround = seconds >= 2 * 3600 && seconds <= 6 * 3600;
      check.ok(isAround, 'the next check is about four hours away', seconds);
    });
    await context.step('the engine is idle and remembers the time', async () => {
      const { state, lastChecked } = await updateStatus(machine);
      check.equal(state, 'IDLE', 'state of the update engine');
      const now = Number(await machine.output(['date', '+%s']));
      check.ok(Math.abs(now - lastChecked) < 120, 'it was checked just now', { now, lastChecked });
    });
  },
});
