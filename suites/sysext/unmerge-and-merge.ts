/**
 * All extensions at once.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { mergedExtensions } from '../support/extensions.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'sysext/unmerge-and-merge',
  summary: 'Extensions taken away all at once are all back after a merge, and docker works.',
  claims: ['X10'],
  tags: ['sysext', 'containers'],
  applies: { needs: ['sysext', 'docker'] },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const before = await mergedExtensions(machine);
    await context.step('without them there is no docker', async () => {
      await machine.output(['systemd-sysext', 'unmerge'], { sudo: true });
      check.equal(await mergedExtensions(machine), [], 'merged extensions');
      check.fails(await machine.sh('command -v docker'), 'looking for docker');
    });
    await context.step('with them it is as before', async () => {
      await machine.output(['systemd-sysext', 'merge'], { sudo: true });
      check.equal(await mergedExtensions(machine), before, 'merged extensions');
    });
    await context.step('docker runs again once its socket is started again', async () => {
      await machine.output(['systemctl', 'restart', 'docker.socket'], { sudo: true });
      await machine.output(['docker', 'ps'], { timeoutMs: 120_000 });
    });
  },
});
