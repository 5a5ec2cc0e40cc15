/**
 * An encrypted ROOT whose key a person gives up for the TPM once the machine is there, as the
 * documentation of Flatcar has it (docs: setup/security/luks).
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import {
  checkBound,
  checkEncrypted,
  checkReopens,
  encryptedRoot,
  rootKeyFile,
  rootPartition,
} from '../support/encrypted-root.js';
import { rebootLimits } from '../support/running.js';

const config = encryptedRoot({ keyFile: { source: 'data:,harbour' } });

export default defineSuite({
  id: 'ignition/root-enrolled',
  summary: 'ROOT on a LUKS volume opens by the TPM alone, once systemd-cryptenroll has bound it.',
  claims: ['I59'],
  tags: ['ignition', 'storage', 'luks', 'tpm', 'reboot'],
  applies: { needs: ['clevis'] },
  topology: singleMachine({ tpm: true, provisioning: { kind: 'ignition', config } }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await step('the system runs on it', () => checkEncrypted(main));
    await step('the TPM takes the place of the key', async () => {
      const enroll = (...how: readonly string[]) =>
        main.output(['systemd-cryptenroll', ...how, rootPartition], { sudo: true });
      await enroll('--tpm2-device=auto', `--unlock-key-file=${rootKeyFile}`);
      await enroll('--wipe-slot=password');
      await main.output(['rm', rootKeyFile, '/etc/crypttab'], { sudo: true });
      await checkBound(main, /"type":"systemd-tpm2"/);
    });
    await step('it opens after a reboot, with what was on it', () => checkReopens(main));
  },
});
