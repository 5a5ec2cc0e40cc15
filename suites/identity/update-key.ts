/**
 * Which key updates must be signed with.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

const file = '/usr/share/update_engine/update-payload-key.pub.pem';

/** How the SHA-256 of the official key begins. Source: flatcar/mantle, kola/tests/coretest/core.go. */
const official = 'b6a8227f';

export default defineSuite({
  id: 'identity/update-key',
  summary: 'A release trusts the official key for updates; what is built otherwise does not.',
  claims: ['C15'],
  tags: ['identity', 'update', 'security'],
  topology: singleMachine(),
  async run({ machine, image, step }) {
    const main = machine();
    const { osId, channel } = image.descriptor;
    await step('the file is a public key', async () => {
      const text = await main.readFile(file);
      check.matches(
        text,
        /^-----BEGIN PUBLIC KEY-----\n[\w+/=\n]+-----END PUBLIC KEY-----\s*$/,
        file,
      );
    });
    await step('of whom it has to be', async () => {
      const digest = await main.output(['sha256sum', file]);
      const isRelease = osId === 'flatcar' && channel !== 'developer';
      check.equal(digest.startsWith(official), isRelease, `official key (${digest})`);
    });
  },
});
