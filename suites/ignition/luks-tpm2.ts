/**
 * An encrypted data disk that only this machine's TPM opens.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { commandLine } from '../support/cmdline.js';
import { rebootLimits, settled } from '../support/running.js';
import { checkVault, vaultConfig } from '../support/vault.js';

export default defineSuite({
  id: 'ignition/luks-tpm2',
  summary: 'A LUKS volume bound to the TPM opens unattended, at the first boot and at later ones.',
  claims: ['I33'],
  tags: ['ignition', 'storage', 'luks', 'tpm', 'reboot'],
  applies: { needs: ['clevis'] },
  topology: singleMachine({
    tpm: true,
    disks: [{ name: 'data', sizeMiB: 128 }],
    provisioning: { kind: 'ignition', config: vaultConfig({ tpm2: true }, { remote: false }) },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('it is open', async () => {
      await checkVault(main, 'tpm2');
      await main.writeFile('/srv/note', 'a secret of the harbour\n');
    });
    await step('it opens again after a reboot, with its data', async () => {
      await main.reboot();
      await settled(main);
      await checkVault(main, 'tpm2');
      check.equal(await main.readFile('/srv/note'), 'a secret of the harbour\n', '/srv/note');
    });
    await step('no key lies about', async () => {
      const { text } = await commandLine(main);
      check.ok(!/luks\.key|keyfile/.test(text), 'the command line has no key', text);
      const table = await main.output(['cat', '/etc/crypttab'], { sudo: true });
      check.matches(table, /^vault \S+ none /m, '/etc/crypttab');
    });
  },
});
