/**
 * A machine without a disk that boots over the network, and what is left of it after a reboot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import {
  checkLiveUsr,
  fileSystemsAt,
  liveLimits,
  networkBoot,
  networkBootNeeds,
} from '../support/live.js';
import { checkRunning } from '../support/running.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/berth
      contents: {inline: "seven"}
`;

export default defineSuite({
  id: 'variants/network-boot',
  summary: 'By iPXE the system runs in memory, is provisioned at each boot, and updates nothing.',
  claims: ['P08', 'P09', 'A38'],
  tags: ['variants', 'boot', 'network', 'ignition', 'reboot'],
  applies: { needs: networkBootNeeds },
  topology: singleMachine(networkBoot(config)),
  start: 'cold',
  limits: liveLimits,
  async run({ machine, step }) {
    const main = machine();
    await step('root and /usr are in memory, and the boot is complete', async () => {
      await checkRunning(main);
      check.equal(await fileSystemsAt(main, '/'), ['tmpfs'], 'file systems of /');
      await checkLiveUsr(main);
    });
    await step('it was given its config', async () => {
      check.equal(await main.readFile('/etc/berth'), 'seven', '/etc/berth');
    });
    await step('it does not update itself', async () => {
      await main.output(['test', '-e', '/usr/.noupdate']);
      const { activeState } = await main.unit('update-engine.service');
      check.equal(activeState, 'inactive', 'update-engine.service');
    });
    await step('a reboot begins anew', async () => {
      await main.writeFile('/etc/berth', 'eight');
      await main.writeFile('/var/lib/cargo', 'apples');
      await main.reboot();
      check.equal(await main.readFile('/etc/berth'), 'seven', '/etc/berth after the reboot');
      check.fails(await main.exec(['test', '-e', '/var/lib/cargo']), 'test -e /var/lib/cargo');
    });
  },
});
