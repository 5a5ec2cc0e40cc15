/**
 * Saved rules of nftables are loaded at boot, once their service is enabled.
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
  id: 'network/nftables-restored',
  summary: 'The rules of nftables that a config brings are loaded at each boot.',
  claims: ['N13'],
  tags: ['network', 'firewall', 'butane', 'reboot'],
  applies: { minVersion: '4345' },
  topology: singleMachine({ provisioning: { kind: 'butane', config } }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the first boot loads them', async () => await checkRules(main));
    await step('they are there after a reboot', async () => {
      await main.reboot();
      await settled(main);
      await checkRules(main);
    });
  },
});
