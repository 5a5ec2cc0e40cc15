/**
 * Saved rules of iptables are loaded at boot, once their service is enabled.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const config = `variant: flatcar
version: 1.0.0
systemd:
  units:
    - {name: iptables-restore.service, enabled: true}
`;

export default defineSuite({
  id: 'network/firewall-restored',
  summary: 'The rules of iptables that were saved are there after a reboot.',
  claims: ['N14'],
  tags: ['network', 'firewall', 'butane', 'reboot'],
  topology: singleMachine({ provisioning: { kind: 'butane', config } }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('a rule is saved', async () => {
      const script = `iptables -A INPUT -p tcp --dport 8080 -m comment --comment harbour -j ACCEPT
        mkdir -p /var/lib/iptables
        iptables-save > /var/lib/iptables/rules-save`;
      check.succeeds(await main.sh(script, { sudo: true }), 'saving the rules');
    });
    await step('it is there after a reboot', async () => {
      await main.reboot();
      await settled(main);
      const rules = await main.output(['iptables', '-S', 'INPUT'], { sudo: true });
      check.matches(rules, /--dport 8080 .*harbour.* -j ACCEPT/, 'rules of iptables');
    });
  },
});
