/**
 * What is encrypted stays of use.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';
import { checkVault, vaultConfig } from '../support/vault.js';

export default defineSuite({
  id: 'update/luks-survives',
  summary: 'An encrypted volume bound to the TPM opens after an update as it did before.',
  claims: ['A41'],
  tags: ['update', 'luks', 'tpm'],
  applies: { needs: [...updateNeeds, 'release:next', 'clevis'] },
  topology: updatable(vaultConfig({ tpm2: true }, { remote: false }), {
    tpm: true,
    disks: [{ name: 'data', sizeMiB: 128 }],
  }),
  start: 'first-boot',
  limits: { runMs: 900_000 },
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await checkVault(machine, 'tpm2');
    await machine.writeFile('/srv/note', 'a secret of the harbour\n');
    await context.step('an update', async () => {
      await configureUpdates(machine);
      await installUpdate(machine, context.release('next'));
      await machine.reboot();
      await settled(machine);
      await mustRun(machine, 'b', context.release('next'));
    });
    await context.step('the volume is open, with its data', async () => {
      await checkVault(machine, 'tpm2');
      check.equal(await machine.readFile('/srv/note'), 'a secret of the harbour\n', '/srv/note');
    });
  },
});
