/**
 * An encrypted ROOT that opens only where a certain server answers.
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
import { tangKeys, tangThumbprint } from '../support/tang-keys.js';
import { serverAddress } from '../support/test-authority.js';

const tang = [{ url: `http://${serverAddress}`, thumbprint: tangThumbprint }];

export default defineSuite({
  id: 'ignition/root-tang',
  summary: 'ROOT on a LUKS volume bound to a Tang server opens with its help at every boot.',
  claims: ['I59'],
  tags: ['ignition', 'storage', 'luks', 'network', 'reboot'],
  applies: { needs: ['clevis', 'tang'] },
  topology: singleMachine({
    services: [{ kind: 'tang', address: serverAddress, port: 80, keys: tangKeys }],
    provisioning: { kind: 'ignition', config: encryptedRoot({ clevis: { tang } }) },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await step('the system runs on it, and only the server opens it', async () => {
      await checkEncrypted(main);
      await checkBound(main, /"type":"clevis"/);
    });
    await step('it opens after a reboot, with what was on it', () => checkReopens(main));
  },
});
