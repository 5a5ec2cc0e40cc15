/**
 * A config that wants no updates and no reboots for them, as the documentation advises it.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

/** Source: Flatcar documentation, "Update and reboot strategies". */
const units = ['update-engine.service', 'locksmithd.service'] as const;

export default defineSuite({
  id: 'ignition/updates-masked',
  summary: 'A config can switch updates off: their services are masked, idle and stay that way.',
  claims: ['I22'],
  tags: ['ignition', 'update'],
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: { systemd: { units: units.map((name) => ({ name, mask: true })) } },
    },
  }),
  start: 'first-boot',
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    for (const name of units) {
      await context.step(`${name} is off for good`, async () => {
        const { unitFileState, activeState } = await machine.unit(name);
        check.equal(`${unitFileState}, ${activeState}`, 'masked, inactive', name);
        const start = await machine.exec(['systemctl', 'start', name], { sudo: true });
        check.fails(start, `systemctl start ${name}`);
      });
    }
  },
});
