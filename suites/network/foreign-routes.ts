/**
 * Routes and rules that others have set are not networkd's to remove.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'network/foreign-routes',
  summary: 'A route and a rule made by hand survive a restart of networkd.',
  claims: ['N09'],
  tags: ['network'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('a route and a rule are made', async () => {
      const script = `ip route add 198.51.100.0/24 via 10.0.2.2
        ip rule add from 203.0.113.7 table 100`;
      check.succeeds(await main.sh(script, { sudo: true }), 'making a route and a rule');
    });
    await step('networkd starts anew and has configured the NIC', async () => {
      await main.output(['systemctl', 'restart', 'systemd-networkd.service'], { sudo: true });
      const wait = '/usr/lib/systemd/systemd-networkd-wait-online';
      await main.output([wait, '--interface=eth0', '--timeout=60'], { sudo: true });
    });
    await step('both are there', async () => {
      check.includes(await main.output(['ip', 'route']), '198.51.100.0/24 via 10.0.2.2', 'routes');
      check.includes(await main.output(['ip', 'rule']), 'from 203.0.113.7 lookup 100', 'rules');
    });
  },
});
