/**
 * A directory of the host, mounted by its tag.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { selinuxDisk, singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { unit } from '../support/provision.js';
import { settled } from '../support/running.js';

const cargo = 'cargo of the host\n';

const mount = unit(
  'media-harbour.mount',
  `[Mount]
What=harbour
Where=/media/harbour
Type=9p
Options=trans=virtio,version=9p2000.L,ro

[Install]
WantedBy=multi-user.target
`,
);

export default defineSuite({
  id: 'storage/shared-directory',
  summary: 'A mount unit of the config mounts a directory of the host over 9p.',
  claims: ['S12'],
  tags: ['storage'],
  applies: { needs: ['9p'] },
  topology: singleMachine({
    boot: selinuxDisk,
    shares: [{ tag: 'harbour', files: { cargo } }],
    provisioning: { kind: 'ignition', config: { systemd: { units: [mount] } } },
  }),
  start: 'cold',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the file of the host is there', async () => {
      check.equal(await main.readFile('/media/harbour/cargo'), cargo, '/media/harbour/cargo');
    });
    await step('it can only be read', async () => {
      check.fails(await main.sh('touch /media/harbour/x', { sudo: true }), 'writing to the share');
    });
  },
});
