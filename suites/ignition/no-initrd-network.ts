/**
 * A machine whose config needs no network gets none in the initrd, in no boot.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';
import { serverAddress } from '../support/test-authority.js';

async function checkOrder(machine: Machine): Promise<void> {
  const units = ['-u', 'initrd-switch-root.target', '-u', 'systemd-networkd.service'] as const;
  const argv = ['journalctl', '-b', '-o', 'cat', '--no-pager', ...units] as const;
  const log = await machine.output(argv, { sudo: true });
  const network = log.search(/Start(ed|ing) .*[Nn]etwork/);
  const root = log.search(/Switch Root/);
  check.ok(root >= 0 && root < network, 'Switch Root came before networkd', log);
}

export default defineSuite({
  id: 'ignition/no-initrd-network',
  summary: 'Without a remote config the network starts after the real root, at first and later.',
  claims: ['I46'],
  tags: ['ignition', 'network', 'reboot'],
  // The service is there for whoever wants to see this suite fail: its config does not use it.
  topology: singleMachine({
    services: [
      { kind: 'http', address: serverAddress, port: 80, files: { '/needless': 'needless\n' } },
    ],
    provisioning: { kind: 'ignition', config: {} },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('in the first boot', async () => await checkOrder(main));
    await step('in the second boot', async () => {
      await main.reboot();
      await settled(main);
      await checkOrder(main);
    });
  },
});
