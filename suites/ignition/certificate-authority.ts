/**
 * An authority of the config makes a server trusted that nobody else trusts; without it the same
 * server stops the boot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { role } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkStopped, stopPatterns, stopped } from '../support/must-fail.js';
import { authority, serverAddress, serverTls } from '../support/test-authority.js';

const services = [
  {
    kind: 'http' as const,
    address: serverAddress,
    port: 443,
    files: { '/cargo': 'cargo\n' },
    tls: serverTls,
  },
];

const fetching = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/cargo
      contents: {source: "https://${serverAddress}/cargo"}
`;

const trusting = `${fetching}ignition:
  security:
    tls:
      certificate_authorities:
        - local: ca.pem
`;

/** Ignition tries again for as long as it may. */
const wary = `${fetching}ignition:
  timeouts: {http_total: 10}
`;

export default defineSuite({
  id: 'ignition/certificate-authority',
  summary: 'A server is trusted because of an authority in the config, and for no other reason.',
  claims: ['I42'],
  tags: ['ignition', 'network', 'butane', 'must-fail'],
  applies: { needs: ['console'] },
  topology: {
    roles: {
      trusting: role({
        services,
        provisioning: { kind: 'butane', config: trusting, files: { 'ca.pem': authority } },
      }),
      wary: role({ services, ready: stopped, provisioning: { kind: 'butane', config: wary } }),
    },
  },
  start: 'first-boot',
  expects: stopPatterns,
  async run({ machine, step }) {
    await step('with the authority the file is there', async () => {
      check.equal(await machine('trusting').readFile('/etc/cargo'), 'cargo\n', '/etc/cargo');
    });
    await step('without it the boot stops', async () => {
      checkStopped(machine('wary'), /x509|certificate|unknown authority/i);
    });
  },
});
