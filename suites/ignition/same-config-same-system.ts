/**
 * Two machines of one image and one config, compared all over.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { difference, manifest, manifestParts } from '../support/manifest.js';
import { file, unit } from '../support/provision.js';
import { settled } from '../support/running.js';
import { verityTable } from '../support/verity.js';

const idle = `[Unit]
Description=Does nothing, once
[Service]
Type=oneshot
ExecStart=/usr/bin/true
[Install]
WantedBy=multi-user.target
`;

const config: IgnitionFragment = {
  passwd: {
    users: [{ name: 'pilot', uid: 4242, groups: ['anchors'] }],
    groups: [{ name: 'anchors', gid: 4711 }],
  },
  storage: {
    directories: [{ path: '/etc/harbour' }],
    files: [file('/etc/hostname', 'harbour\n'), file('/etc/harbour/notice', 'no wake\n')],
  },
  systemd: { units: [unit('harbour.service', idle)] },
};

export default defineSuite({
  id: 'ignition/same-config-same-system',
  summary: 'The same image and config give the same system twice, but for ids and keys.',
  claims: ['F02', 'F05'],
  tags: ['ignition', 'talk'],
  applies: { needs: ['verity'] },
  topology: singleMachine({ count: 2, provisioning: { kind: 'ignition', config } }),
  start: 'first-boot',
  async run(context) {
    const machines = [context.machine('main', 0), context.machine('main', 1)] as const;
    await context.step('both machines have finished their boot', async () => {
      await Promise.all(machines.map(settled));
    });
    await context.step('all packages are the same: /usr has one hash', async () => {
      const [one, other] = await Promise.all([verityTable(machines[0]), verityTable(machines[1])]);
      check.equal(other.rootHash, one.rootHash, 'root hash of /usr');
    });
    const [one, other] = await Promise.all([manifest(machines[0]), manifest(machines[1])]);
    await context.attach('manifest.json', JSON.stringify(one, undefined, 2));
    for (const part of manifestParts) {
      await context.step(`the same ${part}`, async () => {
        check.ok(one[part].length > 0, `there are ${part} to compare`, one[part]);
        check.equal(difference(one[part], other[part]), [], `differences in ${part}`);
      });
    }
  },
});
