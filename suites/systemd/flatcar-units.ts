/**
 * The services that Flatcar ships and does not start.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'systemd/flatcar-units',
  summary: 'The cluster services that Flatcar ships are disabled.',
  claims: ['D03'],
  tags: ['systemd'],
  applies: { needs: ['flatcar-units'] },
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('what is shipped and disabled', async () => {
      for (const name of ['etcd-member.service', 'flanneld.service']) {
        check.equal((await main.unit(name)).unitFileState, 'disabled', name);
      }
    });
  },
});
