/**
 * Butane 1.1.0, which becomes Ignition 3.4.0.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const config = `variant: flatcar
version: 1.1.0
systemd:
  units:
    - name: from-file.service
      enabled: true
      contents_local: from-file.service
`;

const unit = `[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/true

[Install]
WantedBy=multi-user.target
`;

export default defineSuite({
  id: 'butane/version-1-1',
  summary: 'A config of Butane 1.1.0 is applied as Ignition 3.4.0, with a unit from a local file.',
  claims: ['U02', 'U05'],
  tags: ['butane', 'ignition'],
  applies: { needs: ['ignition-3.4'] },
  topology: singleMachine({
    provisioning: { kind: 'butane', config, files: { 'from-file.service': unit } },
  }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the unit of the file is active', async () => {
      check.equal(
        (await main.unit('from-file.service')).activeState,
        'active',
        'from-file.service',
      );
    });
  },
});
