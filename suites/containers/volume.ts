/**
 * Data that outlives its container.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'containers/volume',
  summary: 'What a container writes keeps its owner: in a volume, in an export, and in an image.',
  claims: ['R16'],
  tags: ['containers'],
  applies: { needs: boxNeeds },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await buildBox(context, machine);
    await docker(machine, 'volume', 'create', 'data');
    const run = async (...argv: readonly string[]) =>
      await docker(machine, 'run', '--rm', '-v', 'data:/data', ...argv);
    await run(boxImage, 'sh', '-c', 'echo kept > /data/file; chown 1234:5678 /data/file');
    await context.step('the next container finds it', async () => {
      check.equal(await run(boxImage, 'cat', '/data/file'), 'kept', 'file in the volume');
    });
    await context.step('with its owner', async () => {
      check.equal(await run(boxImage, 'stat', '-c', '%u:%g', '/data/file'), '1234:5678', 'owner');
      const path = await docker(machine, 'volume', 'inspect', '-f', '{{.Mountpoint}}', 'data');
      const owner = await machine.output(['stat', '-c', '%u:%g', `${path}/file`], { sudo: true });
      check.equal(owner, '1234:5678', 'owner on the host');
    });
    await context.step('in an exported container and in an image of it, too', async () => {
      const own = 'echo x > /owned; chown 1234:5678 /owned';
      await docker(machine, 'run', '--name', 'owner', boxImage, 'sh', '-c', own);
      const list = 'set -o pipefail; docker export owner | tar --numeric-owner -tv owned';
      const entry = check.succeeds(await machine.sh(list), 'listing the export');
      check.includes(entry, ' 1234/5678 ', 'entry of the file');
      await docker(machine, 'commit', 'owner', 'owned');
      const argv = ['run', '--rm', 'owned', 'stat', '-c', '%u:%g', '/owned'];
      check.equal(await docker(machine, ...argv), '1234:5678', 'owner in the image');
    });
    await context.step('a read-only mount of it is read-only', async () => {
      const argv = ['docker', 'run', '--rm', '-v', 'data:/data:ro', boxImage, 'touch', '/data/x'];
      check.fails(await machine.exec(argv as [string, ...string[]]), 'writing into it');
    });
  },
});
