/**
 * Containers without docker.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'containers/ctr',
  summary: 'containerd imports an image from a file and runs it, without docker.',
  claims: ['R17'],
  tags: ['containers'],
  applies: { needs: ['containerd', 'extra:nginx'] },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const ctr = async (...argv: readonly string[]) =>
      await machine.output(['ctr', ...argv], { sudo: true, timeoutMs: 180_000 });
    await context.step('an image from a file', async () => {
      await machine.upload(context.extra('nginx').path, '/var/tmp/nginx.tar', {
        timeoutMs: 180_000,
      });
      await ctr('image', 'import', '/var/tmp/nginx.tar');
      check.includes(await ctr('image', 'ls', '-q'), 'switchyard/nginx', 'images');
    });
    await context.step('a container of it', async () => {
      const image = (await ctr('image', 'ls', '-q')).split('\n')[0] ?? '';
      await ctr('run', '-d', image, 'web');
      check.matches(await ctr('task', 'ls'), /^web\s+\d+\s+RUNNING/m, 'tasks');
      await ctr('task', 'kill', '-s', 'SIGKILL', 'web');
    });
    await context.step('docker was not needed', async () => {
      const { activeState } = await machine.unit('docker.service');
      check.equal(activeState, 'inactive', 'docker.service');
    });
  },
});
