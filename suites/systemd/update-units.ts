/**
 * The services that run on every machine of Flatcar, those that update it among them.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';
import { updateConf } from '../support/updates.js';

/** Source: Flatcar's manifest of enabled units. */
const active = [
  ...['multi-user.target', 'docker.socket', 'containerd.service', 'sshd.socket'],
  ...['update-engine.service', 'locksmithd.service'],
  ...['systemd-networkd.service', 'systemd-resolved.service', 'systemd-timesyncd.service'],
];

export default defineSuite({
  id: 'systemd/update-units',
  summary: 'What Flatcar starts by default runs, the services of updates and reboots included.',
  claims: ['D02'],
  tags: ['systemd', 'update'],
  applies: { needs: ['update-engine', 'docker', 'containerd'] },
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: {
        // The harness masks them, and without a server of its own the machine would look for one.
        storage: { files: [file(updateConf, 'SERVER=disabled\n')] },
        systemd: {
          units: ['update-engine.service', 'locksmithd.service'].map((name) => {
            return { name, mask: false };
          }),
        },
      },
    },
  }),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    for (const name of active) {
      await step(name, async () => {
        check.equal((await main.unit(name)).activeState, 'active', `state of ${name}`);
      });
    }
    await step('docker.service waits for its first use', async () => {
      check.equal((await main.unit('docker.service')).activeState, 'inactive', 'docker.service');
    });
  },
});
