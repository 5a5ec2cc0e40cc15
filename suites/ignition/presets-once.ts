/**
 * What the config enables is a preset of the first boot, not an order for every boot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { unit } from '../support/provision.js';
import { rebootLimits, settled } from '../support/running.js';

const contents = `[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
[Install]
WantedBy=multi-user.target
`;

export default defineSuite({
  id: 'ignition/presets-once',
  summary: 'A unit that the config enabled and somebody disabled stays disabled.',
  claims: ['I48'],
  tags: ['ignition', 'systemd', 'reboot'],
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: { systemd: { units: [unit('once.service', contents)] } },
    },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('it is enabled and active at first', async () => {
      const { unitFileState, activeState } = await main.unit('once.service');
      check.equal([unitFileState, activeState], ['enabled', 'active'], 'once.service');
    });
    await step('disabled by hand, it stays so', async () => {
      await main.output(['systemctl', 'disable', '--now', 'once.service'], { sudo: true });
      await main.reboot();
      await settled(main);
      const { unitFileState, activeState } = await main.unit('once.service');
      check.equal([unitFileState, activeState], ['disabled', 'inactive'], 'once.service');
    });
  },
});
