/**
 * The time zone of a config.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  links:
    - path: /etc/localtime
      target: /usr/share/zoneinfo/Asia/Tokyo
      overwrite: true
`;

export default defineSuite({
  id: 'ignition/timezone',
  summary: 'The machine is in the time zone that the config links to.',
  claims: ['I54'],
  tags: ['ignition', 'butane'],
  topology: singleMachine({ provisioning: { kind: 'butane', config } }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await step('systemd and the C library agree', async () => {
      const zone = await main.output(['timedatectl', 'show', '-P', 'Timezone']);
      check.equal(zone, 'Asia/Tokyo', 'time zone by timedatectl');
      check.equal(await main.output(['date', '+%z']), '+0900', 'offset by date');
    });
  },
});
