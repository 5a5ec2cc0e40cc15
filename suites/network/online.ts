/**
 * One NIC that works is enough to be online, as Flatcar patches it.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const mac = '52:54:00:53:59:21';

export default defineSuite({
  id: 'network/online',
  summary: 'network-online.target is reached with one NIC of two.',
  claims: ['N20'],
  tags: ['network', 'systemd'],
  topology: singleMachine({ nics: [{ subnet: '10.0.3.0/24', mac }] }),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the second NIC has no carrier', async () => {
      await main.setCable(1, 'pulled');
      const script = `nic=$(ip -o link | sed -n 's/^[0-9]*: \\([^:]*\\): .*${mac}.*/\\1/p')
        until [ "$(cat "/sys/class/net/$nic/carrier")" = 0 ]; do sleep 0.1; done`;
      check.succeeds(await main.sh(script), 'waiting for the NIC to notice');
    });
    await step('the target is reached', async () => {
      const services = ['systemd-networkd-wait-online.service', 'network-online.target'] as const;
      await main.output(['systemctl', 'stop', ...services], { sudo: true });
      await main.output(['systemctl', 'start', 'network-online.target'], { sudo: true });
      check.equal((await main.unit('network-online.target')).activeState, 'active', 'the target');
    });
  },
});
