/**
 * A file of the image is not replaced by accident.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { checkStopped, stopPatterns, stopped } from '../support/must-fail.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/hosts
      overwrite: false
      contents: {inline: "127.0.0.1 localhost\\n"}
`;

export default defineSuite({
  id: 'ignition/overwrite-refused',
  summary: 'A file with overwrite false where the image has one stops the boot.',
  claims: ['I15'],
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
      checkStopped(main, /\/etc\/hosts.*exists|overwrite is false|error creating.*\/etc\/hosts/i);
    });
  },
});
