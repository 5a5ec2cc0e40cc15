/**
 * An encrypted ROOT that Ignition binds to the TPM.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import {
  checkBound,
  checkEncrypted,
  checkReopens,
  encryptedRoot,
} from '../support/encrypted-root.js';
import { rebootLimits } from '../support/running.js';

export default defineSuite({
  id: 'ignition/root-encrypted',
  summary: 'ROOT on a LUKS volume that Ignition bound to the TPM opens unattended at every boot.',
  claims: ['I59'],
  tags: ['ignition', 'storage', 'luks', 'tpm', 'reboot'],
  applies: { needs: ['clevis'] },
  topology: singleMachine({
    tpm: true,
    provisioning: { kind: 'ignition', config: encryptedRoot({ clevis: { tpm2: true } }) },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await step('the system runs on it, and only the TPM opens it', async () => {
      await checkEncrypted(main);
      await checkBound(main, /"type":"clevis"/);
    });
    await step('it opens after a reboot, with what was on it', () => checkReopens(main));
  },
});
