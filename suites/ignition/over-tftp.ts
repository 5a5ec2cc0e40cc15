/**
 * Contents from a TFTP server.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

const cargo = `${'cargo over tftp\n'.repeat(200)}`;

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/over-tftp
      contents: {source: "tftp://10.0.2.2/cargo"}
`;

export default defineSuite({
  id: 'ignition/over-tftp',
  summary: 'A file of more than one block comes over TFTP.',
  claims: ['I55'],
  tags: ['ignition', 'network', 'butane'],
  applies: { needs: ['services'] },
  topology: singleMachine({
    services: [{ kind: 'tftp', files: { cargo } }],
    provisioning: { kind: 'butane', config },
  }),
  start: 'first-boot',
  async run({ machine, step }) {
    await step('the file has the bytes of the server', async () => {
      check.equal(await machine().readFile('/etc/over-tftp'), cargo, '/etc/over-tftp');
    });
  },
});
