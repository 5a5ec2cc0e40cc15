/**
 * An update without a network.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { parseAssignments } from '../support/os-release.js';
import {
  installMs,
  mustRun,
  updatable,
  updateConf,
  updateNeeds,
  updateStatus,
} from '../support/updates.js';

export default defineSuite({
  id: 'update/offline-payload',
  summary: 'flatcar-update brings a version in from a file, without a server.',
  claims: ['A36'],
  tags: ['update'],
  applies: { needs: [...updateNeeds, 'flatcar-update', 'release:next'] },
  topology: updatable(),
  limits: { runMs: 900_000 },
  async run(context) {
    const machine = context.machine();
    const release = context.release('next');
    const payload = '/var/tmp/flatcar_production_update.gz';
    await context.step('the payload is there as a file', async () => {
      await machine.upload(release.payload.path, payload, { timeoutMs: 600_000 });
    });
    await context.step('it is installed', async () => {
      const argv = [
        'flatcar-update',
        '--to-version',
        release.version,
        '--to-payload',
        payload,
        '-A',
      ];
      const result = await machine.exec(argv as [string, ...string[]], {
        sudo: true,
        timeoutMs: installMs,
      });
      check.succeeds(result, 'flatcar-update');
      const { state, newVersion } = await updateStatus(machine);
      check.equal([state, newVersion], ['UPDATED_NEED_REBOOT', release.version], 'update engine');
    });
    await context.step('updates are disabled afterwards, as it was told', async () => {
      const conf = parseAssignments(await machine.readFile(updateConf));
      check.equal(conf.get('SERVER') ?? '', 'disabled', 'SERVER of update.conf');
      check.equal(conf.get('GROUP') ?? '', 'alpha', 'GROUP of update.conf, which nobody changed');
    });
    await context.step('it runs after a reboot', async () => {
      await machine.reboot();
      await mustRun(machine, 'b', release);
    });
  },
});
