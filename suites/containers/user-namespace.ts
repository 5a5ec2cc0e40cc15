/**
 * A container whose root is not ours.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'containers/user-namespace',
  summary: 'With userns-remap, root in a container is nobody on the host.',
  claims: ['R10'],
  tags: ['containers'],
  applies: { needs: boxNeeds },
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: {
        storage: {
          files: [
            file('/etc/docker/daemon.json', '{ "userns-remap": "dockremap" }\n'),
            file('/etc/subuid', 'dockremap:500000:65536\n'),
            file('/etc/subgid', 'dockremap:500000:65536\n'),
          ],
        },
        passwd: { users: [{ name: 'dockremap', system: true, noCreateHome: true }] },
      },
    },
  }),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await buildBox(context, machine);
    const map = await docker(machine, 'run', '--rm', boxImage, 'cat', '/proc/self/uid_map');
    check.equal(map.trim().split(/\s+/), ['0', '500000', '65536'], 'map of users');
    await docker(machine, 'run', '-d', '--name', 'sleeper', boxImage, 'sleep', '600');
    const pid = await docker(machine, 'inspect', '-f', '{{.State.Pid}}', 'sleeper');
    check.equal(await machine.output(['stat', '-c', '%u', `/proc/${pid}`]), '500000', 'its user');
  },
});
