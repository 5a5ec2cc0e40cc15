/**
 * An encrypted data disk that opens only where a certain server answers.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';
import { tangKeys, tangThumbprint } from '../support/tang-keys.js';
import { serverAddress } from '../support/test-authority.js';
import { checkVault, vaultConfig } from '../support/vault.js';

const tang = [{ url: `http://${serverAddress}`, thumbprint: tangThumbprint }];

/** Somebody is asked for a passphrase when no key that the machine has opens it. */
const untilAskedOrOpen = `until test -e /dev/mapper/vault || ls /run/systemd/ask-password/ask.* 2> /dev/null
do sleep 0.2; done`;

/**
 * The question is there before anybody has tried to answer it. Of the tries that fail from now on the
 * first may have begun without a network. A clevis that does not say so has a minute.
 */
const untilTried = `failures() { journalctl -b -u clevis-luks-askpass.service -o cat --no-pager | grep -c 'Error communicating' || true; }
enough=$(($(failures) + 3))
for _ in $(seq 60); do
  if test -e /dev/mapper/vault || [ "$(failures)" -ge $enough ]; then exit 0; fi
  sleep 1
done`;

export default defineSuite({
  id: 'ignition/luks-tang',
  summary: 'A LUKS volume bound to a Tang server opens with it, and stays sealed without.',
  claims: ['I34'],
  tags: ['ignition', 'storage', 'luks', 'network', 'reboot'],
  applies: { needs: ['clevis', 'tang'] },
  topology: singleMachine({
    services: [{ kind: 'tang', address: serverAddress, port: 80, keys: tangKeys }],
    disks: [{ name: 'data', sizeMiB: 128 }],
    // It has one, to which nothing is bound.
    tpm: true,
    provisioning: { kind: 'ignition', config: vaultConfig({ tang }, { remote: true }) },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await step('it is open', async () => {
      await main.waitForUnit('srv.mount', 'active');
      await settled(main);
      await checkVault(main, 'tang');
      await main.writeFile('/srv/note', 'a secret of the harbour\n');
    });
    await step('it stays sealed while the server is gone', async () => {
      main.setService(serverAddress, 'down');
      await main.reboot();
      check.succeeds(await main.sh(untilAskedOrOpen), 'waiting for what opens the volume');
      const tried = await main.sh(untilTried, { sudo: true, timeoutMs: 120_000 });
      check.succeeds(tried, 'waiting for tries that fail');
      check.fails(await main.exec(['test', '-e', '/dev/mapper/vault']), 'looking for the volume');
      check.succeeds(await main.sh('ls /run/systemd/ask-password/ask.*'), 'who is asked for it');
      const { activeState } = await main.unit('srv.mount');
      check.differs(activeState, 'active', 'state of srv.mount');
    });
    await step('it opens when the server is back', async () => {
      main.setService(serverAddress, 'up');
      await main.waitForUnit('srv.mount', 'active', { timeoutMs: 120_000 });
      check.equal(await main.readFile('/srv/note'), 'a secret of the harbour\n', '/srv/note');
    });
  },
});
