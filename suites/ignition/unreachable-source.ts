/**
 * A server that does not answer stops the boot when the time that the config gives is over.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { checkStopped, stopPatterns, stopped } from '../support/must-fail.js';

/** Nobody has this address on the network of the machine. */
const config = `variant: flatcar
version: 1.0.0
ignition:
  timeouts: {http_total: 5, http_response_headers: 2}
storage:
  files:
    - path: /etc/cargo
      contents: {source: "http://10.0.2.250/cargo"}
`;

export default defineSuite({
  id: 'ignition/unreachable-source',
  summary: 'A source that can not be reached within its time stops the boot.',
  claims: ['I52'],
  tags: ['ignition', 'network', 'must-fail'],
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
      checkStopped(main, /(?:error|fail|exceed|reach|timeout)[^\n]*10\.0\.2\.250/i);
    });
  },
});
