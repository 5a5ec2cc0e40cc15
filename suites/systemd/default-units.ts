/**
 * What is active on a machine that was given no config of its own.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

/** Source: Flatcar's manifest of enabled units, without those of the update agent. */
const units = [
  'multi-user.target',
  'docker.socket',
  'containerd.service',
  'sshd.socket',
  'systemd-networkd.service',
  'systemd-resolved.service',
  'systemd-timesyncd.service',
];

export default defineSuite({
  id: 'systemd/default-units',
  summary: 'The services and sockets that every machine offers are active, and Docker waits.',
  claims: ['D15'],
  tags: ['systemd', 'containers'],
  applies: { needs: ['docker'] },
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    for (const name of units) {
      await step(name, async () => {
        check.equal((await main.unit(name)).activeState, 'active', `state of ${name}`);
      });
    }
    await step('docker.service starts on demand', async () => {
      check.equal((await main.unit('docker.service')).activeState, 'inactive', 'docker.service');
    });
  },
});
