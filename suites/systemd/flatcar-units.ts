/**
 * The services that Flatcar starts by default, and those that it ships and does not.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'systemd/flatcar-units',
  summary: "Flatcar's own services run, and the cluster services that it ships are disabled.",
  claims: ['D02', 'D03'],
  tags: ['systemd'],
  applies: { needs: ['flatcar-kernel', 'update-engine'] },
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('what runs', async () => {
      for (const name of ['containerd.service', 'docker.socket', 'sshd.socket']) {
        check.equal((await main.unit(name)).activeState, 'active', name);
      }
      for (const name of ['update-engine.service', 'locksmithd.service']) {
        check.equal((await main.unit(name)).loadState, 'masked', `${name}, masked by the harness`);
      }
    });
    await step('what is shipped and disabled', async () => {
      for (const name of ['etcd-member.service', 'flanneld.service']) {
        check.equal((await main.unit(name)).unitFileState, 'disabled', name);
      }
    });
  },
});
