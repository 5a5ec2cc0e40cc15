/**
 * Saved rules are loaded at boot, once their service is enabled.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const config = `variant: flatcar
version: 1.0.0
systemd:
  units:
    - {name: iptables-restore.service, enabled: true}
    - {name: nftables-load.service, enabled: true}
storage:
  files:
    - path: /var/lib/nftables/rules-save
      mode: 0600
      contents:
        inline: |
          table inet harbour {
            chain input {
              type filter hook input priority 10; policy accept;
              tcp dport 80 counter accept
            }
          }
`;

async function checkRules(machine: Machine): Promise<void> {
  const nft = await machine.output(['nft', 'list', 'table', 'inet', 'harbour'], { sudo: true });
  check.matches(nft, /tcp dport 80 counter .*accept/, 'rules of nftables');
}

export default defineSuite({
  id: 'network/firewall-restored',
  summary: 'The rules of nftables and iptables that were saved are there after a reboot.',
  claims: ['N13', 'N14'],
  tags: ['network', 'firewall', 'butane', 'reboot'],
  topology: singleMachine({ provisioning: { kind: 'butane', config } }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('rules of nftables come from the config', async () => await checkRules(main));
    await step('a rule of iptables is saved', async () => {
      const script = `iptables -A INPUT -p tcp --dport 8080 -m comment --comment harbour -j ACCEPT
        mkdir -p /var/lib/iptables
        iptables-save > /var/lib/iptables/rules-save`;
      check.succeeds(await main.sh(script, { sudo: true }), 'saving the rules');
    });
    await step('both are there after a reboot', async () => {
      await main.reboot();
      await settled(main);
      await checkRules(main);
      const rules = await main.output(['iptables', '-S', 'INPUT'], { sudo: true });
      check.matches(rules, /--dport 8080 .*harbour.* -j ACCEPT/, 'rules of iptables');
    });
  },
});
