/**
 * An image without a base.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'containers/scratch-build',
  summary: 'An image is built from scratch on the machine, and runs.',
  claims: ['R23'],
  tags: ['containers'],
  applies: { needs: boxNeeds },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await buildBox(context, machine);
    await context.step('it has what was put into it, and nothing else', async () => {
      const listing = await docker(machine, 'run', '--rm', boxImage, 'ls', '/');
      const expected = ['bin', 'dev', 'etc', 'proc', 'sys'];
      check.equal(
        listing.split('\n').filter((name) => !name.startsWith('.')),
        expected,
        'its root',
      );
    });
    await context.step('and its own idea of what it runs on', async () => {
      const pid = await docker(machine, 'run', '--rm', boxImage, 'sh', '-c', 'echo $$');
      check.equal(pid, '1', 'process id of the first program');
    });
  },
});
