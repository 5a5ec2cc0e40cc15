/**
 * Contents that do not have the promised hash are not installed.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { checkStopped, stopPatterns, stopped } from '../support/must-fail.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/cargo
      contents:
        source: "data:,cargo"
        verification:
          hash: sha512-${'0'.repeat(128)}
`;

export default defineSuite({
  id: 'ignition/wrong-hash',
  summary: 'A file whose SHA-512 differs stops the boot, and the console names both sums.',
  claims: ['I10'],
  tags: ['ignition', 'must-fail'],
  applies: { needs: ['console'] },
  topology: singleMachine({
    ready: stopped,
    provisioning: { kind: 'butane', config },
  }),
  start: 'first-boot',
  expects: stopPatterns,
  async run({ machine, step }) {
    const main = machine();
    await step('the boot stops, with the reason', async () => {
      checkStopped(main, /calculated [0-9a-f]{100,} but expected 0{100,}/i);
    });
  },
});
