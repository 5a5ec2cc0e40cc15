/**
 * Contents from servers: over HTTP with a hash, from one that is busy at first, and over HTTPS with an
 * authority that only the config knows.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { authority, serverAddress, serverTls } from '../support/test-authority.js';

const cargo = 'cargo over http\n';

/** SHA-512 of the cargo. */
const hash =
  'sha512-530a14bf00e5ecde0b928a5a99e24ab65435cd05c84412f557b01dacf9e4c85287f636ba9f4055a5667775318c45074d576a12822a80b695d018b585ea3e5618';

const config = `variant: flatcar
version: 1.0.0
ignition:
  security:
    tls:
      certificate_authorities:
        - local: ca.pem
storage:
  files:
    - path: /etc/over-http
      contents:
        source: http://${serverAddress}/cargo
        verification: {hash: ${hash}}
    - path: /etc/over-https
      contents: {source: "https://${serverAddress}/cargo"}
`;

export default defineSuite({
  id: 'ignition/remote-contents',
  summary:
    'Contents come over HTTP and HTTPS, checked by hash, from servers that are busy at first.',
  claims: ['I09', 'I11'],
  tags: ['ignition', 'network', 'butane'],
  topology: singleMachine({
    services: [
      { kind: 'http', address: serverAddress, port: 80, files: { '/cargo': cargo }, refusals: 2 },
      {
        kind: 'http',
        address: serverAddress,
        port: 443,
        files: { '/cargo': cargo },
        tls: serverTls,
      },
    ],
    provisioning: { kind: 'butane', config, files: { 'ca.pem': authority } },
  }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await step('both files have the bytes of the server', async () => {
      check.equal(await main.readFile('/etc/over-http'), cargo, '/etc/over-http');
      check.equal(await main.readFile('/etc/over-https'), cargo, '/etc/over-https');
    });
    await step('the busy server was asked again', async () => {
      const journal = await main.journal({ identifier: 'ignition' });
      const tries = journal.filter(({ message }) => /GET http:\/\/.*attempt #\d/.test(message));
      check.ok(tries.length >= 3, 'Ignition tried three times', tries.length);
    });
  },
});
